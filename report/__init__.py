from . import recall_genealogy_sheet
from . import recall_printout
from . import report_stock_quantity
