"""The rules, by column in numpy: scope, indicators, baselines, scores, ranks, classes.

Stands alone: no files, no Excel, no figure of any policy.  May use text, findings and errors.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
