from .input_sheets import ADJUSTMENT_ROWS as ADJUSTMENT_ROWS
from .moves_sheet import build_matrix as build_matrix
from .workbook import build_template as build_template
from .workbook import save_workbook as save_workbook
