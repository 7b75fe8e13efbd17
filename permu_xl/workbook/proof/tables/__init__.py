"""The small tables on 核验: single values, lists, units, quotas, baselines."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
