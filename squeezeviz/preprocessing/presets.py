"""Preprocessings that people really use, by name: those that suit the published model, and those that don't."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from squeezeviz.errors import PreprocessingError, did_you_mean, spoken
from squeezeviz.preprocessing.description import Preprocessing

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

__all__ = ["COMPARED_AT_FIRST", "PRESETS", "preset"]

_CAFFE2 = Preprocessing(
    name="caffe2",
    origin="one of the two published settings; the whole photo, squeezed to a square",
)
_IMAGENET_MEAN, _IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)

#: Named presets. ``caffe2`` is what the published model expects.
PRESETS: Mapping[str, Preprocessing] = MappingProxyType(
    {
        p.name: p
        for p in (
            _CAFFE2,
            _CAFFE2.replace(
                name="caffe2-aspect",
                resize="shorter-side",
                origin="the other published setting: the aspect ratio kept, the ends of the longer side cut off",
            ),
            _CAFFE2.replace(
                name="straight",
                resize_px=227,
                origin="squeezed to the input's size at once, no margin cut off: what a one-line resize does",
            ),
            _CAFFE2.replace(
                name="letterbox",
                resize="longer-side",
                resize_px=227,
                origin="the whole photo in its own shape, bars of the mean colour beside it: what object detectors do",
            ),
            _CAFFE2.replace(
                name="antialiased",
                antialias=True,
                origin="Pillow's resize, which averages over all the pixels that a smaller one covers",
            ),
            _CAFFE2.replace(
                name="ten-crop",
                resize="shorter-side",
                crop="ten",
                origin="corners, centre and their mirror images, averaged: how papers of 2012 won a point or two",
            ),
            _CAFFE2.replace(
                name="rgb-by-mistake",
                channel_order="RGB",
                origin="the commonest mistake: red and blue swapped, the means left where they were",
            ),
            _CAFFE2.replace(name="no-mean", mean=(0, 0, 0), origin="the means forgotten: every value too high"),
            _CAFFE2.replace(
                name="means-swapped",
                mean=(123.68, 116.78, 103.96),
                origin="the means of red and blue swapped, the channels in order: hardly visible, and hard to find",
            ),
            _CAFFE2.replace(
                name="zero-to-one",
                scale=1 / 255,
                mean=(0, 0, 0),
                origin="values from 0 to 1, no means: right for many a network, far too faint for this one",
            ),
            _CAFFE2.replace(
                name="exif-ignored",
                respect_exif=False,
                origin="the camera's note of which way is up ignored, as Pillow's open and TensorFlow's decode_jpeg do",
            ),
            Preprocessing(
                name="torchvision",
                resize="shorter-side",
                antialias=True,
                crop_px=224,
                channel_order="RGB",
                scale=1 / 255,
                mean=_IMAGENET_MEAN,
                std=_IMAGENET_STD,
                origin="what torchvision's own SqueezeNet expects; its weights are others than these",
            ),
            Preprocessing(
                name="keras-style",
                resize_px=227,
                interpolation="nearest",
                channel_order="RGB",
                scale=1 / 127.5,
                mean=(1, 1, 1),
                origin="what many Keras models expect: values from −1 to 1, and load_img's nearest neighbour",
            ),
            _CAFFE2.replace(
                name="srgb",
                respect_icc=True,
                origin="a phone's Display P3 or a camera's Adobe RGB brought to sRGB first, as browsers show photos",
            ),
        )
    }
)

#: What stands beside the one in use at first: the other published setting, and what goes wrong most often.
COMPARED_AT_FIRST = ("caffe2", "caffe2-aspect", "antialiased", "rgb-by-mistake", "no-mean", "torchvision")


def preset(preprocessing: str | Preprocessing, *, also: Collection[str] = ()) -> Preprocessing:
    """Return a preset by name; a `Preprocessing` is returned as it is.

    Args:
        preprocessing: Its name.
        also: What else might have been asked for, to be named where there is no such preset: a model's own.

    Raises:
        PreprocessingError: No preset is called that.
    """
    if isinstance(preprocessing, Preprocessing):
        return preprocessing
    found = PRESETS.get(preprocessing) if isinstance(preprocessing, str) else None
    if found is None:
        names = [*PRESETS, *map(spoken, also)]
        hint = did_you_mean(str(preprocessing), names)
        raise PreprocessingError(
            f"no preset is called {spoken(str(preprocessing))!r}; there are {', '.join(dict.fromkeys(names))}.{hint}"
        )
    return found
