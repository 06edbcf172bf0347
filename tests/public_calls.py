"""Every public function, and arguments that it is content with: what walks over all of them begin with."""

from __future__ import annotations

import dataclasses
import inspect
import itertools
import json
import re
from collections import deque
from collections.abc import Iterator
from functools import cached_property

import numpy as np
from PIL import Image as Pillow

import squeezeviz as sv
from tests.fires import fires_net
from tests.nets import tiny_content


def public():
    """Name → function or class, of all that people call: methods and what results are made of are not among them.

    Of classes those with a constructor of their own, which views have not, and class methods.
    """
    found = {}
    for prefix, place in (("", sv), ("figures.", sv.figures), ("lessons.", sv.lessons)):
        for name in sorted(place.__all__):
            given = getattr(place, name)
            if inspect.isclass(given):
                if issubclass(given, (BaseException, sv.Written)):  # what the house makes for itself
                    continue
                if "__init__" in vars(given) and not dataclasses.is_dataclass(given):
                    found[prefix + name] = given
                found |= {
                    f"{prefix}{name}.{key}": getattr(given, key)
                    for key, held in vars(given).items()
                    if not key.startswith("_") and isinstance(held, (classmethod, staticmethod))
                }
            elif inspect.isroutine(given):
                found[prefix + name] = given
    return found


def parameters(function):
    """Its parameters by name, but for those that take any name."""
    named = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    return {key: each for key, each in inspect.signature(function).parameters.items() if each.kind in named}


def takes_model(parameter):
    """Say whether a parameter takes a model, loaded or by name."""
    return re.search(r"\bModelSource\b", str(parameter.annotation)) is not None


class Given:
    """A network of two Fire modules in a file, photos, and what is made of both once somebody needs it."""

    def __init__(self, folder):
        self.folder, self._number = folder, itertools.count()
        self.path = folder / "net.onnx"
        self.path.write_bytes(tiny_content(fires_net(4)))
        rng = np.random.default_rng(1)
        self.pixels = rng.integers(0, 256, (40, 50, 3), dtype=np.uint8)
        for name in ("0", "1"):
            (folder / "photos" / name).mkdir(parents=True)
            Pillow.fromarray(rng.integers(0, 256, (40, 50, 3), dtype=np.uint8)).save(folder / "photos" / name / "a.png")
        self.photos = folder / "photos"
        self.model = sv.load_model(self.path)

    def new(self, ending):
        """A path where nothing lies."""
        return self.folder / f"{next(self._number)}{ending}"

    @cached_property
    def image(self):
        return sv.read_image(self.pixels)

    @cached_property
    def source(self):
        return sv.Arithmetic(self.model, self.image)

    @cached_property
    def made(self):
        """One of each result that a figure draws."""
        model, image, source = self.model, self.image, self.source
        return {
            "attribution": sv.attribute(model, image),
            "class_contrast": sv.contrast(source, 2, 1),
            "drift": sv.compare_preprocessing(model, image, ["caffe2", "torchvision"]),
            "location_predictions": sv.predictions_per_location(source),
            "logit_decomposition": sv.decompose_logit(source, 2),
            "model_comparison": sv.compare_models(model, model, image),
            "occlusion": sv.occlude(model, image, patch_px=16, stride_px=16),
            "precision": sv.precision(model, "fp16", self.photos),
            "prediction": model.predict(image),
            "receptive_field_contributions": sv.contributions_by_receptive_field(source, 2),
            "roofline": sv.profile(model, threads=1, runs=1, compare=False),
            "softmax_analysis": sv.softmax_analysis(source, 2),
            "visualization": sv.visualize(model, 1, steps=1),
        }

    @cached_property
    def atlas(self):
        return sv.make_atlas(self.model, self.photos, self.new(".atlas"), layers=["conv1"])

    @cached_property
    def catalog(self):
        return sv.make_catalog(self.model, self.new(".catalog"), layers=["conv1"], steps=1)

    def arguments(self, name):
        """Arguments for a public function, those that it needs and what makes it quick; None where it is not known."""
        make = _ARGUMENTS.get(name)
        return None if make is None else make(self)


def finished(result):
    """What a call has come to: of steps the last, of a view the model that it is of."""
    if isinstance(result, Iterator):
        (result,) = deque(result, maxlen=1)
    if isinstance(result, sv.View):
        try:
            return result.state.model.sha256
        finally:
            result.close()
    return result


_ON_PHOTO = lambda g: {"model": g.model, "image": g.image}  # noqa: E731
_OF_SOURCE = lambda g: {"source": g.source}  # noqa: E731
_OF_CLASS = lambda g: {"source": g.source, "class_index": 2}  # noqa: E731

_ARGUMENTS = {
    "Arithmetic": _ON_PHOTO,
    "IntegerArithmetic": _ON_PHOTO,
    "View": lambda g: {"source": g.image, "model": g.model},
    "ablate": lambda g: {**_ON_PHOTO(g), "ablated": {"fire2/concat": [1]}},
    "ablation_sweep": lambda g: {**_ON_PHOTO(g), "layers": "fire2/squeeze1x1"},
    "ablation_sweep_steps": lambda g: {**_ON_PHOTO(g), "layers": "fire2/squeeze1x1"},
    "attribute": _ON_PHOTO,
    "compare_models": lambda g: {"a": g.model, "b": g.model, "photos": g.image},
    "compare_preprocessing": lambda g: {**_ON_PHOTO(g), "preprocessings": ["caffe2", "torchvision"]},
    "contrast": lambda g: {**_OF_CLASS(g), "contrast_class": 1},
    "contributions_by_receptive_field": _OF_CLASS,
    "decompose_logit": _OF_CLASS,
    "diagnose_preprocessing": lambda g: {"model": g.model, "photos": g.photos, "preprocessings": ["caffe2"]},
    "differentiate": lambda g: {"model": g.model, "output": g.new(".onnx")},
    "effective_kernels": lambda g: {**_ON_PHOTO(g), "preprocessing": g.model.preprocessing},
    "evaluate": lambda g: {"model": g.model, "folder": g.photos},
    "explore": lambda g: {"images": g.image, "model": g.model},
    "export_page": lambda g: {"source": None, "path": g.new(".html"), "model": g.model},
    "export_site": lambda g: {"source": None, "folder": g.new(""), "model": g.model},
    "gradient": _ON_PHOTO,
    "judge_attributions": lambda g: {"model": g.model, "images": g.image, "methods": ["saliency"], "steps": 2, "samples": 0, "stages": 0},
    "make_atlas": lambda g: {"model": g.model, "photos": g.photos, "path": g.new(".atlas"), "layers": ["conv1"]},
    "make_catalog": lambda g: {"model": g.model, "path": g.new(".catalog"), "layers": ["conv1"], "steps": 1},
    "occlude": lambda g: {**_ON_PHOTO(g), "patch_px": 16, "stride_px": 16},
    "occlusion_steps": lambda g: {**_ON_PHOTO(g), "patch_px": 16, "stride_px": 16},
    "pairwise_ablation": _ON_PHOTO,
    "pairwise_ablation_steps": _ON_PHOTO,
    "plan_precision": lambda g: {"model": g.model, "photos": g.photos, "most": 1, "candidates": 1},
    "precision": lambda g: {"model": g.model, "other": g.model, "photos": g.photos},
    "predictions_per_location": _OF_SOURCE,
    "predictor": lambda g: {"model": g.model},
    "profile": lambda g: {"model": g.model, "threads": 1, "runs": 1, "compare": False},
    "quantize": lambda g: {"model": g.model, "photos": g.photos, "output": g.new(".onnx")},
    "run_from": lambda g: {"model": g.model, "layer": "fire2/concat", "values": g.source.values("fire2/concat")[None]},
    "softmax_analysis": _OF_CLASS,
    "store_activations": lambda g: {"model": g.model, "photos": g.photos, "path": g.new(".zarr"), "layers": "conv1"},
    "visualize": lambda g: {"model": g.model, "target": 1, "steps": 1},
    "visualize_steps": lambda g: {"model": g.model, "target": 1, "steps": 1},
    "write_catalog_pages": lambda g: {"catalog": g.catalog, "folder": g.new(""), "model": g.model, "explorer": False},
    "figures.channel": lambda g: {**_ON_PHOTO(g), "layer": "conv1"},
    "figures.explorer": lambda g: {**_ON_PHOTO(g), "layer": "conv1"},
    "figures.kernels": lambda g: {"model": g.model},
    "figures.network": lambda g: {"model": g.model, "activations": g.model.activations(g.image)},
    "figures.of_view": lambda g: {"view": "prediction", **_ON_PHOTO(g), "selection": {}},
    "figures.photo": _ON_PHOTO,
    "lessons.ask": lambda g: {"name": "most-probable-class", "photo": g.image, "model": g.model},
    "lessons.check": lambda g: {"name": "most-probable-class", "answer": 1, "photo": g.image, "model": g.model},
    "Activations": lambda g: {"image": "a", "arrays": {"conv1": g.source.values("conv1")}, "provenance": g.model.predict(g.image).provenance},
    "Atlas": lambda g: {"path": g.atlas.path},
    "Catalog": lambda g: {"path": g.catalog.path},
    "Labels.from_rows": lambda g: {"rows": g.model.labels.to_rows()},
    "Labels.numbered": lambda g: {"count": 4},
    "Model": lambda g: {"content": g.model.content, "name": "net", "sha256": "00"},
    "Preprocessing.from_dict": lambda g: {"plain": json.loads(g.model.preprocessing.to_json())},
    "Preprocessing.from_json": lambda g: {"text": g.model.preprocessing.to_json()},
    "State": lambda g: {"load": lambda: g.model},
    "Target.channel": lambda g: {"layer": "conv1", "channel": 1},
    "Target.cell": lambda g: {"layer": "conv1", "channel": 1, "y": 2, "x": 3},
    "Target.direction": lambda g: {"layer": "conv1", "vector": [1, 0, 0, 1]},
    "Target.read": lambda g: {"asked": "conv1:1", "architecture": g.model.architecture},
    "Target.of_layer": lambda g: {"text": "conv1:1"},
    "imagenet_labels": lambda g: {},
    "lessons.exercises": lambda g: {},
    "load_model": lambda g: {"name_or_path": g.path},
    "samples": lambda g: {},
    "Target.logit": lambda g: {},
    "Target.probability": lambda g: {},
    "Target.difference": lambda g: {},
    "preset": lambda g: {"preprocessing": "caffe2"},
    "read_atlas": lambda g: {"path": g.atlas.path},
    "read_catalog": lambda g: {"path": g.catalog.path},
    "read_image": lambda g: {"source": g.pixels},
    "figures.Sheet": lambda g: {"width_mm": 178, "theme": "light"},
    "figures.arithmetic": lambda g: {"source": g.source, "layer": "conv1", "channel": 1},
    "figures.as_bytes": lambda g: {"figure": sv.figures.prediction(g.made["prediction"])},
    "figures.maps": lambda g: {"activations": g.model.activations(g.image), "layer": "conv1"},
    "figures.attribution": lambda g: {"made": g.made["attribution"], "image": g.image},
    "figures.class_contrast": lambda g: {"made": g.made["class_contrast"]},
    "figures.drift": lambda g: {"comparison": g.made["drift"]},
    "figures.location_predictions": lambda g: {"made": g.made["location_predictions"]},
    "figures.logit_decomposition": lambda g: {"made": g.made["logit_decomposition"]},
    "figures.model_comparison": lambda g: {"comparison": g.made["model_comparison"]},
    "figures.occlusion": lambda g: {"made": g.made["occlusion"], "image": g.image},
    "figures.precision": lambda g: {"found": g.made["precision"]},
    "figures.prediction": lambda g: {"prediction": g.made["prediction"]},
    "figures.receptive_field_contributions": lambda g: {"made": g.made["receptive_field_contributions"]},
    "figures.roofline": lambda g: {"profile": g.made["roofline"]},
    "figures.softmax_analysis": lambda g: {"made": g.made["softmax_analysis"], "source": g.source},
    "figures.visualization": lambda g: {"made": g.made["visualization"]},
}  # fmt: skip


def objects(g):
    """One of every kind of object whose methods people call."""
    made = g.made
    return [
        g.model, g.source, g.atlas, g.catalog, g.model.architecture, g.model.labels, g.model.preprocessing, *made.values(),
        g.model.activations(g.image), g.atlas.channel("conv1", 0), g.source.of("conv1", 1), sv.Target.channel("conv1", 1),
        sv.ablate(g.model, g.image, {"fire2/concat": [1]}), sv.ablation_sweep(g.model, g.image, "fire2/squeeze1x1"),
        sv.pairwise_ablation(g.model, g.image), sv.evaluate(g.model, g.photos), made["prediction"].provenance,
        sv.judge_attributions(g.model, g.image, ["saliency"], steps=2, samples=0, stages=0),
    ]  # fmt: skip


def methods(thing):
    """Name → bound method, of an object's own kind: what people call by name, index or as a function."""
    for name in dir(type(thing)):
        held = inspect.getattr_static(type(thing), name)
        is_own = inspect.isfunction(held) and held.__module__.startswith("squeezeviz.")
        if is_own and (not name.startswith("_") or name in ("__getitem__", "__call__")):
            yield f"{type(thing).__name__}.{name}", getattr(thing, name)


def suiting(g, names):
    """Arguments of methods, by their names."""
    known = {
        "layer": "conv1", "channel": 1, "cell": (0, 0), "image": g.image, "images": g.image, "tensor": g.source.tensor,
        "name": "caffe2", "text": "class", "preprocessing": g.model.preprocessing, "photo": "0/a.png", "path": g.new(".png"),
        "measure": "deletion", "method": "saliency", "logits": g.source.values("pool10").ravel(), "layers": ["conv1"],
        "content": g.model.content, "architecture": g.model.architecture, "own": g.model.architecture, "other": g.model.architecture,
        "labels": g.model.labels, "size": (3, 3), "height": 33, "width": 33, "changes": {},
    }  # fmt: skip
    return {name: known.get(name, 1) for name in names}
