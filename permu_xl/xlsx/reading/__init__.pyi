from .merged_cells import overlapping_merges as overlapping_merges
from .scan import formula_cells as formula_cells
from .sheets import Sheets as Sheets
