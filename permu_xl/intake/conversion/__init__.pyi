from .convert import Converter as Converter
from .factors import Factors as Factors
from .factors import Kind as Kind
from .factors import Substance as Substance
from .factors import load_factors as load_factors
