from .catalogue import MEANINGS as MEANINGS
from .causes import Cause as Cause
from .causes import causes_of as causes_of
from .causes import merged_by_cause as merged_by_cause
from .model import Finding as Finding
from .model import Level as Level
from .model import Table as Table
from .model import has_errors as has_errors
