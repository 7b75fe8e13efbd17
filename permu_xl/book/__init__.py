"""The workbook: its layout, the template, reading it, and writing results into it."""
