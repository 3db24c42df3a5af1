from . import recall_cause
from . import recall_cause_ranking
from . import recall_hold_placing
from . import recall_quarantine
from . import recall_release
from . import recall_scope_preview
