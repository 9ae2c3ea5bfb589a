"""Every Constant Contact V3 report as a tidy pandas DataFrame."""
