from .adjustments import check_adjustments as check_adjustments
from .figures import check_rosters as check_rosters
from .outcome import check_validity as check_validity
from .outcome import review as review
