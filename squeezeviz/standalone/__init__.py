"""An exploration as one file: a page that needs no kernel, no network and nothing installed."""
