from .in_words import assumptions as assumptions
from .in_words import listing as listing
from .in_words import summary as summary
from .starter_file import starter as starter
from .words import formula_words as formula_words
from .words import key_words as key_words
