"""The door: several methods, measured side by side on one photo or several."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np

from squeezeviz.errors import LayerError, SqueezeVizError
from squeezeviz.evidence.attribution.methods import METHODS, method_called
from squeezeviz.evidence.attribution.options import whole_number
from squeezeviz.evidence.judging.judgement import CHANCE, Judgement
from squeezeviz.evidence.judging.measuring import MAP, Measuring
from squeezeviz.evidence.judging.pointing import checked_box
from squeezeviz.evidence.judging.randomised import stage_names
from squeezeviz.evidence.judging.subjects import Subjects
from squeezeviz.runtime.loading import loaded

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from squeezeviz.evidence.judging.pointing import Box
    from squeezeviz.evidence.target import Target
    from squeezeviz.image import ImageSource
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.runtime.loading import ModelSource
    from squeezeviz.runtime.model import Model

__all__ = ["USUAL_METHODS", "judge_attributions"]

#: All but Score-CAM, which runs the network once a channel.
USUAL_METHODS = tuple(name for name in METHODS if name != "score-cam")


def judge_attributions(
    model: ModelSource,
    images: ImageSource | list[Any] | tuple[Any, ...],
    methods: Sequence[str] | None = None,
    target: Target | int | str | None = None,
    *,
    box: Box | None = None,
    options: Mapping[str, Mapping[str, Any]] | None = None,
    steps: int = 16,
    samples: int = 3,
    radius: float = 2.0,
    stages: int = 6,
    seed: int = 0,
    preprocessing: str | Preprocessing | None = None,
    tell: Callable[[int], None] = lambda _: None,
) -> Judgement:
    """Measure methods of attribution side by side: may they be believed?

    Deletion and insertion (`squeezeviz.evidence.judging.curves`), the rank correlation with the exact class activation
    map where the network has one, sensitivity to a small change of the photo, pointing at a box, and the sanity check:
    weights made random layer by layer from the top, does the map change? Each names its paper. What has no meaning on
    the network, or of the number, is left out, and `Judgement.left_out` says why; but a method that is asked for by
    name is an error.

    Args:
        model: A loaded model, or the name or path of one.
        images: Anything `squeezeviz.read_image` takes, or a list of such; of files, two at most are in memory.
        methods: Names; by default all but Score-CAM that have a meaning.
        target: As `squeezeviz.attribute` takes it; by default each photo's most probable class's logit.
        box: (left, top, right, bottom) in pixels of the photo, for pointing; of one photo.
        options: Method → its options.
        steps: Pictures of a deletion or insertion curve.
        samples: Changed photos for sensitivity; 0 leaves it out.
        radius: Largest change of a pixel value, of 255, for sensitivity.
        stages: Steps in which weights are made random; 0 leaves that out.
        seed: Of all that is random.
        preprocessing: A preset's name or a `Preprocessing`; the model's own by default.
        tell: Called after each attribution, with how many have been made.

    Raises:
        SqueezeVizError: There is no such method or option; a number or the box cannot be; or what `attribute` raises.
    """
    names = USUAL_METHODS if methods is None else _names(methods)
    asked = Measuring(names, options or {}, steps, samples, radius, stages, seed, box, tell, is_lenient=True)
    _check(asked)
    given = list(images) if isinstance(images, (list, tuple)) else [images]
    if not given:
        raise SqueezeVizError("no photo was given; expected at least one")
    if box is not None and len(given) > 1:
        raise SqueezeVizError(f"a box lies in one photo, and {len(given)} were given")
    model = loaded(model)
    return _judged(asked, model, Subjects(model, given, target, preprocessing), is_lenient=methods is None)


def _names(methods: Sequence[str]) -> tuple[str, ...]:
    if isinstance(methods, str) or not isinstance(methods, Iterable):
        raise SqueezeVizError(f"methods are {methods!r}, expected a list of names")
    names = tuple(dict.fromkeys(method_called(name).name for name in methods))
    if not names:
        raise SqueezeVizError(f"methods are {methods!r}, expected a list of names")
    return names


def _judged(asked: Measuring, model: Model, subjects: Subjects, *, is_lenient: bool) -> Judgement:
    names = _stages(model, asked.stages)
    values: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    curves: dict[str, dict[str, list[NDArray[np.float64]]]] = defaultdict(lambda: defaultdict(list))
    randomised = {method: np.full((len(subjects.images), len(names)), np.nan) for method in asked.methods if names}
    left_out: dict[str, str] = {}
    for each in asked.findings(model, subjects):
        if each.problem:
            if each.method and not is_lenient:
                raise LayerError(each.problem)
            left_out[each.method or each.measure] = each.problem
        elif each.measure == "randomised":
            randomised[each.method][each.photo, each.stage] = each.value
        elif each.measure != MAP:
            values[each.measure][each.method].append(each.value)
        if each.curve is not None:
            curves[each.measure][each.method].append(each.curve)
    methods = tuple(method for method in asked.methods if method not in left_out)
    randomised = {method: found for method, found in randomised.items() if method in methods}
    for method, found in randomised.items():
        values["randomised"][method] = found[:, -1].tolist()
    return Judgement(
        model.name,
        subjects.images,
        subjects.targets,
        methods,
        {measure: _of(methods, found) for measure, found in values.items()},
        names,
        randomised,
        {"steps": asked.steps, "samples": asked.samples, "radius": asked.radius, "seed": asked.seed},
        {measure: _of(methods, found) for measure, found in curves.items()},
        left_out,
    )


def _of(methods: Sequence[str], found: Mapping[str, list[Any]]) -> dict[str, NDArray[np.float64]]:
    """Return what was found of these methods, and of chance, as arrays: a method may have failed on the last photo."""
    return {method: np.array(each) for method, each in found.items() if method in (*methods, CHANCE)}


def _stages(model: Model, count: int) -> tuple[str, ...]:
    try:
        return stage_names(model, count) if count else ()
    except LayerError:  # a finding says why
        return ()


def _check(asked: Measuring) -> None:
    if not isinstance(asked.options, Mapping) or not all(isinstance(each, Mapping) for each in asked.options.values()):
        raise SqueezeVizError(
            f"options are {asked.options!r}, expected a method's name → its options, such as "
            "{'integrated-gradients': {'steps': 20}}"
        )
    for name, chosen in asked.options.items():
        for option in chosen:
            method_called(name).check_option(option)
    whole_number("steps", asked.steps, least=2, most=1000)
    whole_number("samples", asked.samples, least=0, most=1000)
    whole_number("stages", asked.stages, least=0, most=100)
    whole_number("seed", asked.seed, least=0, most=2**32 - 1)
    if asked.box is not None:
        checked_box(asked.box)
    if not isinstance(asked.radius, Real) or not 0 < asked.radius <= 255:
        raise SqueezeVizError(f"radius is {asked.radius!r}, expected a number above 0, at most 255")
