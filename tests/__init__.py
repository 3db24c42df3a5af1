from . import test_access
from . import test_case
from . import test_stat_buttons
