"""What is handed in, handed out and compared: made from evaluated workbooks."""
