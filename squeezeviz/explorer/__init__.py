"""What stands behind a page: the messages between page and kernel, and their bounds. It knows no widget."""
