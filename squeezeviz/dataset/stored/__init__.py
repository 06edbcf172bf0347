"""What layers saw of folders of photos, on disk: Zarr groups that xarray reads."""

from squeezeviz.dataset.stored.job import ActivationJob, StoredActivations, store_activations
from squeezeviz.dataset.stored.space import Space

__all__ = ["ActivationJob", "Space", "StoredActivations", "store_activations"]
