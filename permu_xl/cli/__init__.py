"""The command line ``permu-xl``: what a clerk types, one module a group of commands.

May use everything below; nobody imports it.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
