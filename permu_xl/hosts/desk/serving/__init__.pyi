from .server import open_desk as open_desk
