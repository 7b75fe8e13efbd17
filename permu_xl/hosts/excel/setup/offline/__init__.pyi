from .folder import bundle as bundle
from .packages import fetch_python as fetch_python
from .packages import fetch_wheels as fetch_wheels
from .windows_installer import make_installer as make_installer
