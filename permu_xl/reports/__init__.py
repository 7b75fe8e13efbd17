"""What is made from evaluated workbooks; one package a report, none knows a host."""
