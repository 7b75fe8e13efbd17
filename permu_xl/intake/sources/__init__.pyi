from .open import ENDINGS as ENDINGS
from .open import SourceFile as SourceFile
from .open import SourceSheet as SourceSheet
from .open import read_file as read_file
