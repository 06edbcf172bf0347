"""Getting a model: what is registered, where it is, how it is obtained and verified."""

from squeezeviz.zoo.download import cache_folder
from squeezeviz.zoo.events import DownloadEvent
from squeezeviz.zoo.lookup import ModelFiles, download, find, locate
from squeezeviz.zoo.registry import REGISTRY, ModelEntry, ModelFile, entry

__all__ = [
    "REGISTRY",
    "DownloadEvent",
    "ModelEntry",
    "ModelFile",
    "ModelFiles",
    "cache_folder",
    "download",
    "entry",
    "find",
    "locate",
]
