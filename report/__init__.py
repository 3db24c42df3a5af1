from . import recall_genealogy_sheet
from . import recall_printout
