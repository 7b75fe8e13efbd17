"""A lossless editor of workbook packages; it knows no word of any policy.

May use text, findings and errors alone, so that it could be lifted out tomorrow.
"""
