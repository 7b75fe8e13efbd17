"""Excel: worksheet functions and ribbon through xlwings, the open workbook.

The only place that knows xlwings.
"""
