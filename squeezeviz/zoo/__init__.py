"""Getting a model: what is registered, where it is, how it is obtained and verified."""

from squeezeviz.zoo.download import cache_folder
from squeezeviz.zoo.events import DownloadEvent
from squeezeviz.zoo.lookup import Fallback, ModelFiles, download, find, find_default, locate
from squeezeviz.zoo.registry import DEFAULT_MODEL, EMBEDDED_MODEL, REGISTRY, ModelEntry, ModelFile, entry

__all__ = [
    "DEFAULT_MODEL",
    "EMBEDDED_MODEL",
    "REGISTRY",
    "DownloadEvent",
    "Fallback",
    "ModelEntry",
    "ModelFile",
    "ModelFiles",
    "cache_folder",
    "download",
    "entry",
    "find",
    "find_default",
    "locate",
]
