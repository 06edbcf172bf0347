"""The exercises, and the doors to them. A new one is a function from a `Subject` to an `Exercise`, and a line here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from squeezeviz.errors import SqueezeVizError, did_you_mean, spoken
from squeezeviz.image import read_image
from squeezeviz.lessons import about_answers, about_layers
from squeezeviz.lessons.subject import Subject

if TYPE_CHECKING:
    from collections.abc import Callable

    from squeezeviz.image import ImageSource
    from squeezeviz.lessons.exercise import Checked, Exercise
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.runtime.loading import ModelSource

__all__ = ["ask", "check", "exercises"]

_EXERCISES: dict[str, Callable[[Subject], Exercise]] = {
    "most-probable-class": about_answers.most_probable_class,
    "odds": about_answers.odds,
    "logit-for-half": about_answers.logit_for_half,
    "class-map-peak": about_answers.class_map_peak,
    "worst-preprocessing": about_answers.worst_preprocessing,
    "strongest-channel": about_layers.strongest_channel,
    "silent-channels": about_layers.silent_channels,
    "share-of-zeros": about_layers.share_of_zeros,
    "receptive-field": about_layers.receptive_field,
    "parameters": about_layers.parameters,
    "terms": about_layers.terms,
    "decisive-channel": about_layers.decisive_channel,
}


def exercises() -> dict[str, str]:
    """Return the name of each exercise, and what it asks."""
    return {name: (made.__doc__ or "").strip() for name, made in _EXERCISES.items()}


def ask(
    name: str,
    photo: ImageSource,
    *,
    layer: str = "",
    model: ModelSource | None = None,
    preprocessing: str | Preprocessing | None = None,
) -> Exercise:
    """Return an exercise: its question, and what checks answers to it.

    Args:
        name: Of the exercise, as `exercises` lists them.
        photo: Anything `squeezeviz.read_image` takes; samples, such as ``"coffee"``, are the same everywhere.
        layer: The layer's published name, for the exercises that are about one.
        model: A loaded model, or the name or path of one; the published model by default. Name it where everybody shall
            have the same answers.
        preprocessing: A preset's name or a `Preprocessing`; the model's own by default. Of several crops, the first.

    Raises:
        ImageError: The photo cannot be read.
        LayerError: There is no such layer, or the exercise has no answer for it.
        ModelError: The model cannot be loaded.
        PreprocessingError: The preset is unknown, or does not suit the model.
        SqueezeVizError: There is no such exercise.
    """
    if not isinstance(name, str) or name not in _EXERCISES:
        known = ", ".join(_EXERCISES)
        raise SqueezeVizError(
            f"no exercise is called {spoken(str(name))!r}; there are {known}.{did_you_mean(str(name), _EXERCISES)}"
        )
    return _EXERCISES[name](_subject(photo, layer, model, preprocessing))


def check(
    name: str,
    answer: object,
    photo: ImageSource,
    *,
    layer: str = "",
    model: ModelSource | None = None,
    preprocessing: str | Preprocessing | None = None,
) -> Checked:
    """Check an answer to an exercise against the network itself.

    Args:
        name: Of the exercise, as `exercises` lists them.
        answer: In the form that the question names; None or ``...`` where there is none yet. An answer of another form
            is not an error: what was expected is said.
        photo: As for `ask`: anything `squeezeviz.read_image` takes.
        layer: As for `ask`: a layer's published name.
        model: As for `ask`: a loaded model, or the name or path of one; the published model by default.
        preprocessing: As for `ask`: a preset's name or a `Preprocessing`; the model's own by default.

    Returns:
        True or false, with a sentence; its ``points`` are 1.0 or 0.0, which nbgrader takes where they end a cell.

    Raises:
        ImageError: The photo cannot be read.
        LayerError: There is no such layer, or the exercise has no answer for it.
        ModelError: The model cannot be loaded.
        PreprocessingError: The preset is unknown, or does not suit the model.
        SqueezeVizError: There is no such exercise.
    """
    return ask(name, photo, layer=layer, model=model, preprocessing=preprocessing).check(answer)


def _subject(
    photo: ImageSource, layer: str, model: ModelSource | None, preprocessing: str | Preprocessing | None
) -> Subject:
    from squeezeviz.runtime.loading import load_model, loaded  # noqa: PLC0415 - loads ONNX Runtime

    asked = load_model() if model is None else loaded(model)
    return Subject(asked, read_image(photo), asked.resolve(preprocessing), layer)
