"""An exploration as one file: a page that needs no kernel, no network and nothing installed."""

from squeezeviz.page.export import export_page

__all__ = ["export_page"]
