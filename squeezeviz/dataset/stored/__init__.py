"""What layers saw of folders of photos, on disk: Zarr groups that xarray reads."""

from squeezeviz.dataset.stored.job import ActivationJob, store_activations
from squeezeviz.dataset.stored.result import StoredActivations
from squeezeviz.dataset.stored.space import Space

__all__ = ["ActivationJob", "Space", "StoredActivations", "store_activations"]
