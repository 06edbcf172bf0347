"""The door: several methods, measured side by side on one photo or several."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image as Pillow

from squeezeviz.errors import LayerError, SqueezeVizError
from squeezeviz.evidence.attribution.methods import METHODS, method_called
from squeezeviz.evidence.attribution.options import whole_number
from squeezeviz.evidence.attribution.subject import subject_of
from squeezeviz.evidence.judging.curves import curve_area, deletion_insertion
from squeezeviz.evidence.judging.judgement import CHANCE, Judgement
from squeezeviz.evidence.judging.pointing import pointing
from squeezeviz.evidence.judging.randomised import randomised_models, stage_names
from squeezeviz.evidence.judging.ranks import on_cells_of, rank_correlation
from squeezeviz.evidence.judging.sensitivity import max_sensitivity

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from squeezeviz.evidence.attribution.attribution import Attribution
    from squeezeviz.evidence.attribution.subject import Subject
    from squeezeviz.evidence.judging.pointing import Box
    from squeezeviz.evidence.target import Target
    from squeezeviz.image import ImageSource
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.runtime.model import Model

    _Sizes = Mapping[str, NDArray[np.float32]]

__all__ = ["USUAL_METHODS", "judge_attributions"]

#: All but Score-CAM, which runs the network once a channel.
USUAL_METHODS = tuple(name for name in METHODS if name != "score-cam")
_CHANCE_CELLS = 14


@dataclass
class _Asked:
    """What is measured, and how.

    Attributes:
        methods: Their names.
        options: Of each, what was chosen.
        steps: Of deletion and insertion.
        samples: Of sensitivity; 0 leaves it out.
        radius: Of sensitivity, in pixel values.
        seed: Of all that is random.
        tell: Told after each piece of work: how many are done.
        done: How many.
    """

    methods: tuple[str, ...]
    options: Mapping[str, Mapping[str, Any]]
    steps: int
    samples: int
    radius: float
    seed: int
    tell: Callable[[int], None]
    done: int = 0
    values: dict[str, dict[str, list[float]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))

    def attributed(self, method: str, subject: Subject) -> Attribution:
        made = METHODS[method].run(subject, **self.options.get(method, {}))
        self.done += 1
        self.tell(self.done)
        return made

    def note(self, measure: str, method: str, value: float) -> None:
        self.values[measure][method].append(value)


def judge_attributions(
    model: Model,
    images: ImageSource | list[Any] | tuple[Any, ...],
    methods: Sequence[str] = USUAL_METHODS,
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
    weights made random layer by layer from the top, does the map change? Each names its paper.

    Args:
        model: The model to run, from `squeezeviz.load_model`.
        images: Anything `squeezeviz.read_image` takes, or a list of such.
        methods: Names; all but Score-CAM by default.
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
    asked = _asked(methods, options, steps, samples, radius, seed, tell)
    whole_number("stages", stages, least=0, most=100)
    given = list(images) if isinstance(images, (list, tuple)) else [images]
    if not given:
        raise SqueezeVizError("no photo was given; expected at least one")
    if box is not None and len(given) > 1:
        raise SqueezeVizError(f"a box lies in one photo, and {len(given)} were given")
    return _judged(asked, model, [subject_of(model, image, target, preprocessing) for image in given], box, stages)


def _judged(asked: _Asked, model: Model, subjects: list[Subject], box: Box | None, stages: int) -> Judgement:
    with np.errstate(all="ignore"):  # what is no number is refused where it arises
        sizes = [_on_photo(asked, subject, box) for subject in subjects]
        names = stage_names(model, stages) if stages else ()
        randomised = _randomised(asked, model, subjects, sizes, stages) if stages else {}
    for method, found in randomised.items():
        asked.values["randomised"][method] = found[:, -1].tolist()
    return Judgement(
        model.name,
        tuple(subject.start.image.name for subject in subjects),
        tuple(subject.target.words for subject in subjects),
        asked.methods,
        {
            measure: {method: np.array(each) for method, each in found.items()}
            for measure, found in asked.values.items()
        },
        names,
        randomised,
        {"steps": asked.steps, "samples": asked.samples, "radius": asked.radius, "seed": asked.seed},
    )


def _asked(
    methods: Sequence[str], options: Mapping[str, Mapping[str, Any]] | None, *rest: Any,  # noqa: ANN401 - as of _Asked
) -> _Asked:  # fmt: skip
    if isinstance(methods, str) or not methods:
        raise SqueezeVizError(f"methods are {methods!r}, expected a list of names")
    for name in methods:
        method_called(name)
    for name, chosen in (options or {}).items():
        for option in chosen:
            method_called(name).check_option(option)
    asked = _Asked(tuple(dict.fromkeys(methods)), options or {}, *rest)
    whole_number("steps", asked.steps, least=2, most=1000)
    whole_number("samples", asked.samples, least=0, most=1000)
    whole_number("seed", asked.seed, least=0, most=2**32 - 1)
    if not 0 < asked.radius <= 255:
        raise SqueezeVizError(f"radius is {asked.radius!r}, expected a number above 0, at most 255")
    return asked


def _on_photo(asked: _Asked, subject: Subject, box: Box | None) -> _Sizes:
    """Take every measure that needs no other weights; return the sizes of each method's values."""
    exact = _exact(subject)
    maps = {method: asked.attributed(method, subject) for method in asked.methods}
    for method, made in maps.items():
        _curves(asked, subject, method, made.map())
        if exact is not None:
            asked.note("exact map", method, rank_correlation(on_cells_of(made, exact), exact.values))
        if asked.samples:

            def again(moved: Subject, method: str = method) -> Attribution:
                return asked.attributed(method, moved)

            asked.note(
                "sensitivity",
                method,
                max_sensitivity(subject, made, again, samples=asked.samples, radius=asked.radius, seed=asked.seed),
            )
        if box is not None:
            hit, share = pointing(made, box)
            asked.note("points", method, float(hit))
            asked.note("inside", method, share)
    _curves(asked, subject, CHANCE, _chance(subject, asked.seed))
    return {method: np.abs(made.cells) for method, made in maps.items()}


def _curves(asked: _Asked, subject: Subject, method: str, values: NDArray[np.float32]) -> None:
    curves = deletion_insertion(subject, values, asked.steps)
    for measure, curve in zip(("deletion", "insertion"), curves, strict=True):
        asked.note(measure, method, curve_area(curve))


def _exact(subject: Subject) -> Attribution | None:
    try:
        return METHODS["cam"].run(subject)
    except LayerError:  # no such map follows from the network, or the number is no logit
        return None


def _chance(subject: Subject, seed: int) -> NDArray[np.float32]:
    """Return random cells, brought to the input's size as a layer's are."""
    size = subject.tensor.shape[2:]
    cells = np.random.default_rng(seed).random((_CHANCE_CELLS, _CHANCE_CELLS), np.float32)
    return np.asarray(Pillow.fromarray(cells).resize((size[1], size[0]), Pillow.Resampling.BILINEAR))


def _randomised(
    asked: _Asked,
    model: Model,
    subjects: Sequence[Subject],
    sizes: Sequence[Mapping[str, NDArray[np.float32]]],
    stages: int,
) -> dict[str, NDArray[np.float64]]:
    """Return method → rank correlation with the maps of random weights, float64 (photos, stages)."""
    found: dict[str, list[list[float]]] = {method: [] for method in asked.methods}
    for other in randomised_models(model, stages, asked.seed):
        row: dict[str, list[float]] = defaultdict(list)
        for subject, before in zip(subjects, sizes, strict=True):
            same = subject.with_model(other)
            for method in asked.methods:
                made = asked.attributed(method, same)
                row[method].append(rank_correlation(before[method], np.abs(made.cells)))
        for method, values in row.items():
            found[method].append(values)
    return {method: np.array(values).T for method, values in found.items()}
