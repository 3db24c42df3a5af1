from . import genealogy, gs1, layout, netting, picture, pool
