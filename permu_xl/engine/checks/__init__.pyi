from .adjustments import check_adjustments as check_adjustments
from .events import check_events as check_events
from .figures import check_rosters as check_rosters
from .objections import check_objections as check_objections
from .objections import claimed_figure as claimed_figure
from .objections import item_column as item_column
from .outcome import check_validity as check_validity
from .outcome import review as review
