from . import genealogy, gs1, netting, pool
