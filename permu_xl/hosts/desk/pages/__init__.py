"""The pages: one module for one subject, each with a blueprint ``bp``.

``PAGES`` of ``serving.app`` lists them; those about a workbook make theirs by ``book_pages``.
"""
