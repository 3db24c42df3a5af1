from . import test_access
from . import test_case
from . import test_stat_buttons
from . import test_tour
