"""What is made of an evaluation for others to read: comparisons, notices, summaries."""
