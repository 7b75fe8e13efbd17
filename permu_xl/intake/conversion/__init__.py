"""From raw amounts to figures: pollutants to 污染当量数, fuels to standard coal.

May use intake/tables, which finds the amounts, and intake/deciding, which knows whose they are.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
