"""公示, 上报表 and 分类名单: the sheets that a district hands in or puts up."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
