"""What is wrong with a person's data: the model of a finding and the catalogue of codes."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
