from .evaluated import STATUS as STATUS
from .evaluated import DistrictTables as DistrictTables
from .evaluated import SheetCells as SheetCells
from .evaluated import district_tables as district_tables
from .references import HELPER as HELPER
from .references import PREFIX as PREFIX
from .template import live_template as live_template
