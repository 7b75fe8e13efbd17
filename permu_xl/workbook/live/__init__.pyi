from .district_tables import STATUS as STATUS
from .district_tables import DistrictTables as DistrictTables
from .district_tables import SheetCells as SheetCells
from .district_tables import district_tables as district_tables
from .references import HELPER as HELPER
from .references import PREFIX as PREFIX
from .template import live_template as live_template
