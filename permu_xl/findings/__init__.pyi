from .catalogue import MEANINGS as MEANINGS
from .model import Finding as Finding
from .model import Level as Level
from .model import Table as Table
from .model import has_errors as has_errors
