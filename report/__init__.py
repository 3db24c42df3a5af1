from . import recall_printout
