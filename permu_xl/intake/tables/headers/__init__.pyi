from .headers import ColumnAt as ColumnAt
from .headers import Header as Header
from .headers import find_headers as find_headers
from .headers import seen_headings as seen_headings
