from . import recall_hold_placing
from . import recall_quarantine
from . import recall_release
