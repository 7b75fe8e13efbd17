"""The pages: one module for one subject, each with a blueprint ``bp``.

``app.PAGES`` lists them; those about a workbook make theirs by ``book_pages``.
"""
