from . import models
from . import tools
from .hooks import clean_up, create_quarantines
