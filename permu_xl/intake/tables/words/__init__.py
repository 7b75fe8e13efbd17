"""What departments call things: synonyms of headers, units, years and parts of a year.

Knows nothing of sheets; the table of synonyms is data, ``synonyms.toml``.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
