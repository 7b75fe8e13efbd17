from .find import TOO_OLD as TOO_OLD
from .find import Calc as Calc
from .find import find_calc as find_calc
from .find import version as version
from .macros import MACRO as MACRO
from .macros import write_profile as write_profile
from .processes import run as run
from .processes import running as running
