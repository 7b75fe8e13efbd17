from .merged_cells import overlapping_merges as overlapping_merges
from .odd_looks import OddStyles as OddStyles
from .scan import formula_cells as formula_cells
from .sheets import Sheets as Sheets
from .sheets import zero_based as zero_based
