"""What installs on a Windows desktop without a network: a folder with scripts, or one program.

It takes Python and the packages from elsewhere and this package as it runs; ``permu_xl.cli`` calls
it.  The one program is made by NSIS, on any system that has it.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
