from .desktop import install_entry as install_entry
from .desktop import uninstall_entry as uninstall_entry
from .serving import open_desk as open_desk
