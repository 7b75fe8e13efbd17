from .baselines import put_indicators as put_indicators
from .quotas import put_quotas as put_quotas
from .quotas import put_units as put_units
from .values import put_lists as put_lists
from .values import put_values as put_values
