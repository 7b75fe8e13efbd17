"""What is handed out: notices to firms, reports, comparisons."""
