"""LibreOffice Calc: worksheet functions through Python-UNO, the menu, the open document.

The only place that knows uno.
"""
