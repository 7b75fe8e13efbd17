from .firm import put_firms as put_firms
from .rows import put_decisions as put_decisions
from .rows import put_previous as put_previous
