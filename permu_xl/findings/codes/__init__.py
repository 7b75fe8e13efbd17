"""The entries of ``permu_xl.findings.catalogue``, one module a subject and range of codes."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
