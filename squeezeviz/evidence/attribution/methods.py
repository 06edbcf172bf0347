"""Which methods there are, by name, and the door to all of them."""

from __future__ import annotations

import inspect
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from squeezeviz.errors import SqueezeVizError, did_you_mean, spoken
from squeezeviz.evidence.attribution.cam import cam
from squeezeviz.evidence.attribution.deconvnet import deconvnet
from squeezeviz.evidence.attribution.grad_cam import grad_cam
from squeezeviz.evidence.attribution.grad_cam_plus_plus import grad_cam_plus_plus
from squeezeviz.evidence.attribution.guided_backpropagation import guided_backpropagation
from squeezeviz.evidence.attribution.hires_cam import hires_cam
from squeezeviz.evidence.attribution.input_x_gradient import input_x_gradient
from squeezeviz.evidence.attribution.integrated_gradients import integrated_gradients
from squeezeviz.evidence.attribution.layer_cam import layer_cam
from squeezeviz.evidence.attribution.lrp import lrp_alpha_beta, lrp_epsilon
from squeezeviz.evidence.attribution.recipro_cam import recipro_cam
from squeezeviz.evidence.attribution.saliency import saliency
from squeezeviz.evidence.attribution.score_cam import score_cam
from squeezeviz.evidence.attribution.smoothgrad import smoothgrad
from squeezeviz.evidence.attribution.subject import subject_of
from squeezeviz.runtime.loading import loaded

if TYPE_CHECKING:
    from collections.abc import Callable

    from squeezeviz.evidence.attribution.attribution import Attribution
    from squeezeviz.evidence.target import Target
    from squeezeviz.image import ImageSource
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.runtime.loading import ModelSource

__all__ = ["METHODS", "Method", "attribute", "method_called"]


@dataclass(frozen=True)
class Method:
    """A method of attribution.

    Attributes:
        name: What it is called, here and in the literature.
        run: Makes an attribution of a subject; its keyword arguments are the method's options.
        paper: Who published it, and when.
    """

    name: str
    run: Callable[..., Attribution]
    paper: str

    @property
    def options(self) -> tuple[str, ...]:
        """Names of what may be chosen."""
        return tuple(name for name in inspect.signature(self.run).parameters if name != "subject")

    @property
    def says(self) -> str:
        """What it does, in a sentence."""
        said = (inspect.getdoc(self.run) or "").partition("\n\n")[0].replace("\n", " ").removeprefix("Return ")
        return said[:1].upper() + said[1:]

    def check_option(self, option: str) -> None:
        """Let pass the name of something that may be chosen.

        Raises:
            SqueezeVizError: It is none.
        """
        if option not in self.options:
            there = f"it has {', '.join(self.options)}" if self.options else "it has none"
            raise SqueezeVizError(f"{self.name} has no option {option!r}; {there}.{did_you_mean(option, self.options)}")


METHODS = {
    method.name: method
    for method in (
        Method("saliency", saliency, "Simonyan et al., 2014"),
        Method("input-x-gradient", input_x_gradient, "Shrikumar et al., 2016"),
        Method("integrated-gradients", integrated_gradients, "Sundararajan et al., 2017"),
        Method("smoothgrad", smoothgrad, "Smilkov et al., 2017"),
        Method("guided-backpropagation", guided_backpropagation, "Springenberg et al., 2015"),
        Method("deconvnet", deconvnet, "Zeiler and Fergus, 2014"),
        Method("lrp-epsilon", lrp_epsilon, "Bach et al., 2015"),
        Method("lrp-alpha-beta", lrp_alpha_beta, "Bach et al., 2015"),
        Method("cam", cam, "Zhou et al., 2016"),
        Method("grad-cam", grad_cam, "Selvaraju et al., 2017"),
        Method("grad-cam++", grad_cam_plus_plus, "Chattopadhyay et al., 2018"),
        Method("layer-cam", layer_cam, "Jiang et al., 2021"),
        Method("hires-cam", hires_cam, "Draelos and Carin, 2020"),
        Method("score-cam", score_cam, "Wang et al., 2020"),
        Method("recipro-cam", recipro_cam, "Byun and Lee, 2022"),
    )
}


def method_called(name: str) -> Method:
    """Return a method by name.

    Raises:
        SqueezeVizError: There is none of that name.
    """
    if not isinstance(name, str) or name not in METHODS:
        known = ", ".join(METHODS)
        raise SqueezeVizError(
            f"no method is called {spoken(repr(name))}; there are {known}.{did_you_mean(str(name), METHODS)}"
        )
    return METHODS[name]


def attribute(
    model: ModelSource,
    image: ImageSource,
    method: str = "grad-cam",
    target: Target | int | str | None = None,
    *,
    preprocessing: str | Preprocessing | None = None,
    on_progress: Callable[[int, int], None] | None = None,
    **options: Any,  # noqa: ANN401 - the method's own
) -> Attribution:
    """Say how much each pixel of a photo, or each cell of a layer, has to do with a number of the network.

    Args:
        model: A loaded model, or the name or path of one.
        image: Anything `squeezeviz.read_image` takes.
        method: One of `squeezeviz.evidence.attribution.methods.METHODS`; each has its own docstring with its paper.
        target: What is attributed: a class (index, WordNet id or name) for its logit; None, the default, for the most
            probable class's; text such as ``"fire5/concat:12"`` for a channel's mean, ``"fire5/concat:12@3,7"`` for its
            cell in row 3, column 7; or a `squeezeviz.Target`.
        preprocessing: A preset's name or a `Preprocessing`; the model's own by default. Of several crops, the first.
        on_progress: Of a method that runs the network many times, told how many runs are made, of how many. What it
            raises ends the work.
        options: The method's own, such as ``layer`` of those that make a map of a layer's cells.

    Raises:
        SqueezeVizError: There is no such method, or it has no such option.
        ImageError: The image cannot be read.
        LabelError: No class is called that.
        LayerError: There is no such layer, channel or cell; or the method has no meaning on this network, which the
            message names; or its numbers grow beyond single precision.
        ModelError: The model cannot be loaded.
        PreprocessingError: The preset is unknown, or does not suit the model or the image.
    """
    chosen = method_called(method)
    for option in options:
        chosen.check_option(option)
    with np.errstate(all="ignore"):  # what is no number in the end is refused there
        subject = subject_of(loaded(model), image, target, preprocessing)
        return chosen.run(replace(subject, on_progress=on_progress) if on_progress else subject, **options)
