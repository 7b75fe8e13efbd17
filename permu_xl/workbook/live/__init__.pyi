from .references import HELPER as HELPER
from .references import PREFIX as PREFIX
from .template import live_template as live_template
