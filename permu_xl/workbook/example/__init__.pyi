from .firms import Cell as Cell
from .workbook import DISTRICT as DISTRICT
from .workbook import SECOND as SECOND
from .workbook import YEAR as YEAR
from .workbook import build_example as build_example
from .workbook import build_last_year as build_last_year
from .workbook import corrected_firms as corrected_firms
