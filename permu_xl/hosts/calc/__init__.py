"""LibreOffice Calc, through an add-in in Python-UNO."""
