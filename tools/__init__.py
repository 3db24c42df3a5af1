from . import genealogy, netting, pool
