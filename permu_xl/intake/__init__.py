"""Department tables on their way into the workbook: read, matched, checked, nothing guessed."""
