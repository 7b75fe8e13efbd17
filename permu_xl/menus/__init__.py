"""The commands of the year in the menus of an open workbook, above reports and hosts alike.

The hosts know nothing of reports: each carries out the commands that it is handed besides its own
(``permu_xl.hosts.calc.menu``, ``permu_xl.hosts.excel.macros``).  The commands are written once, in
``yearly``, against what any host offers (``desk``); ``calc`` and ``excel`` are where the hosts'
programs come in.
"""
