from .amounts import AMOUNT as AMOUNT
from .amounts import OUTLET as OUTLET
from .amounts import SUBSTANCE as SUBSTANCE
from .amounts import AmountTable as AmountTable
from .amounts import medium_in as medium_in
from .columns import Columns as Columns
from .columns import Figure as Figure
