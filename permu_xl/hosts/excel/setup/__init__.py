"""Build, bundle, install, remove and examine what Excel needs: macros, add-in, settings."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
