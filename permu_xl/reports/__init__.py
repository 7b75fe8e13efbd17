"""What is made of evaluated workbooks: checks, comparisons, notices, summaries."""
