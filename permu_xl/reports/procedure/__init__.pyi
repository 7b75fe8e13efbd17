from .firm_story import FirmStory as FirmStory
from .firm_story import objection_text as objection_text
from .firm_story import stories as stories
