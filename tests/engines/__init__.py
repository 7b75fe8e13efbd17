"""核验 and the round trips in spreadsheet programs that know nothing of each other."""
