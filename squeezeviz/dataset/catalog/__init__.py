"""A catalogue: pictures that excite every channel of a network, grown by feature visualization."""

from squeezeviz.dataset.catalog.channel import CatalogChannel, CatalogPicture
from squeezeviz.dataset.catalog.making import CatalogEstimate, make_catalog
from squeezeviz.dataset.catalog.reading import Catalog, read_catalog

__all__ = ["Catalog", "CatalogChannel", "CatalogEstimate", "CatalogPicture", "make_catalog", "read_catalog"]
