"""The models that are known by name: their files, hashes, sources and terms."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from squeezeviz.errors import ModelNotFound, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from squeezeviz.image import Image

__all__ = [
    "DEFAULT_MODEL",
    "EMBEDDED_MODEL",
    "REGISTRY",
    "CaffeModel",
    "ModelEntry",
    "ModelFile",
    "PublishedFolder",
    "Source",
    "entry",
]


@dataclass(frozen=True)
class ModelFile:
    """One published file.

    Attributes:
        name: File name.
        size_bytes: Exact size.
        sha256: Hash, hexadecimal.
    """

    name: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True)
class PublishedFolder:
    """An address below which the files themselves lie.

    Attributes:
        url: Ends with a slash.
    """

    url: str


@dataclass(frozen=True)
class CaffeModel:
    """The original Caffe file with the same weights, from which the Caffe2 pair is rebuilt byte for byte.

    Attributes:
        url: Of the file itself.
        size_bytes: Exact size.
        sha256: Hash, hexadecimal.
    """

    url: str
    size_bytes: int
    sha256: str


Source: TypeAlias = PublishedFolder | CaffeModel


@dataclass(frozen=True)
class ModelEntry:
    """One model.

    Attributes:
        name: What to call it.
        title: What it is, in a line.
        files: ``init_net.pb`` and ``predict_net.pb``, in this order.
        sources: Where to get them, tried in order.
        licence: SPDX identifier.
        homepage: Where its authors describe it.
        input: The input contract in words.
        output: The output contract in words.
        preprocessing: Name of the preset it expects.
        labels: Shipped label file.
        label_space: What the model knows, in a line.
        is_drawn: Whether that is drawn pictures only, so that photos are nothing it knows.
        shipped: Folder that travels with the package and holds the files, or None.
    """

    name: str
    title: str
    files: tuple[ModelFile, ModelFile]
    sources: tuple[Source, ...]
    licence: str
    homepage: str
    input: str
    output: str
    preprocessing: str
    labels: str
    label_space: str
    is_drawn: bool = False
    shipped: str | None = None

    @property
    def caution(self) -> str:
        """What to bear in mind about its answers to anything but drawn pictures; empty for a model of photos."""
        if not self.is_drawn:
            return ""
        return (
            f"{self.name} has only ever seen {self.label_space}. Shown anything else, it names one of them all the "
            "same, often with confidence, and it means nothing."
        )

    def caution_for(self, image: Image) -> str:
        """Return why not to believe what the model says of an image, in words; empty as a rule."""
        return self.caution if image.format != "drawn" else ""


_SQUEEZENET = ModelEntry(
    name="squeezenet1.1-caffe2",
    title="SqueezeNet 1.1 in its published Caffe2 form, trained on ILSVRC 2012",
    files=(
        ModelFile("init_net.pb", 6_181_001, "d8115221de899d081a1a83785bf0dbaeea19463cdf7dbddba662cc7abb4f32dc"),
        ModelFile("predict_net.pb", 6_175, "d20be00eb448d3952265620357132916aba8744b027937b56c469b001b46472b"),
    ),
    sources=(
        PublishedFolder("https://s3.amazonaws.com/download.caffe2.ai/models/squeezenet/"),
        PublishedFolder("https://media.githubusercontent.com/media/facebookarchive/models/master/squeezenet/"),
        # The two above are old and may be gone. This one is pinned to a commit of the authors' own repository.
        CaffeModel(
            "https://github.com/forresti/SqueezeNet/raw/a47b6f13d30985279789d08053d37013d67d131b/SqueezeNet_v1.1/squeezenet_v1.1.caffemodel",
            4_950_080,
            "72b912ace512e8621f8ff168a7d72af55910d3c7c9445af8dfbff4c2ee960142",
        ),
    ),
    licence="Apache-2.0",
    homepage="https://github.com/forresti/SqueezeNet",
    input="data: float32 (B, 3, 227, 227), BGR, 0-255 minus the means 103.96, 116.78, 123.68",
    output="softmaxout: float32 (B, 1000), probabilities",
    preprocessing="caffe2",
    labels="data/imagenet1000.tsv",
    label_space="the 1000 things of ILSVRC 2012",
)

_SHAPES = ModelEntry(
    name="squeezenet1.1-shapes",
    title="The same architecture, trained by this project on drawn shapes and patterns; bundled",
    files=(
        ModelFile("init_net.pb", 3_677_557, "bec267354512e49023a3ae947c911e92c97cea7da694dd439f6d5787b2c3c5e7"),
        ModelFile("predict_net.pb", 6_195, "5d5da30fc0ff215cea01a164f3d0045e757cd9a537ef35b365e9063db4db913b"),
    ),
    sources=(),
    licence="Apache-2.0",
    homepage="data/squeezenet1.1-shapes/README.md",
    input="data: float32 (B, 3, 227, 227), BGR, 0-255 minus the means 103.96, 116.78, 123.68",
    output="softmaxout: float32 (B, 24), probabilities",
    preprocessing="caffe2",
    labels="data/squeezenet1.1-shapes/labels.tsv",
    label_space="24 drawn shapes and patterns",
    is_drawn=True,
    shipped="data/squeezenet1.1-shapes",
)

#: Every model known by name.
REGISTRY: Mapping[str, ModelEntry] = MappingProxyType({e.name: e for e in (_SQUEEZENET, _SHAPES)})

#: What is loaded where nothing is asked for, and what stands in where that can't be had.
DEFAULT_MODEL, EMBEDDED_MODEL = _SQUEEZENET.name, _SHAPES.name


def entry(name: str) -> ModelEntry:
    """Return a registered model.

    Raises:
        ModelNotFound: No model is called that; the message suggests the nearest.
    """
    if name in REGISTRY:
        return REGISTRY[name]
    known = ", ".join(REGISTRY)
    raise ModelNotFound(f"no model is called {name!r}; registered: {known}.{did_you_mean(name, REGISTRY)}")
