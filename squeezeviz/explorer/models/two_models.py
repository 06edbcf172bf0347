"""What a page may ask about its model beside a second one: answered on a thread of its own, for it may have to load."""

from __future__ import annotations

from typing import TYPE_CHECKING

from squeezeviz.explorer import messages, protocol
from squeezeviz.explorer.encoding import png
from squeezeviz.explorer.long_work import Aside

if TYPE_CHECKING:
    from squeezeviz.explorer.answering import Answering
    from squeezeviz.explorer.protocol import Message
    from squeezeviz.explorer.watched import OnProgress
    from squeezeviz.results.model_comparison import ComparedModel, ModelComparison
    from squeezeviz.runtime.model import Model

__all__ = ["second_tensor", "two_models"]

_TOP = 5


def two_models(state: Answering, asked: protocol.TwoModelsRequest) -> Aside:
    """Compare the model that answers, as it is asked now, with a second one."""
    from squeezeviz.evidence.model_comparison import compare_seen  # noqa: PLC0415 - only when it is asked for

    photo, first = state.photo_called(asked.photo), state.model
    seen = photo.prediction, state.activations_of(photo)
    how = state.model.resolve(photo.prediction.preprocessing)

    def work(_: OnProgress) -> Message:
        second = state.second.called(asked.other, state.offers.model)
        made = compare_seen(first, second, photo.kept.read(), seen, how)
        return _told(asked, made, first, second)

    return Aside(work)


def _told(asked: protocol.TwoModelsRequest, made: ModelComparison, a: Model, b: Model) -> Message:
    parting = made.first_divergent_layer
    classes = made.agreement.classes
    return protocol.TwoModelsMessage(
        id=asked.id,
        photo=asked.photo,
        verdict=made.verdict,
        classes="" if classes.rule == "same labels" else classes.words,
        a=_answer(made, made.a, a),
        b=_answer(made, made.b, b),
        pairs=tuple(
            protocol.LayerPair(
                pair.a, pair.b, pair.matched_by, pair.shape_a, pair.shape_b, pair.relative_l2, pair.correlation
            )
            for pair in made.pairs
        ),
        divergent=None if parting is None else made.pairs.index(parting),
        tolerance=made.tolerance,
        seen_a=png(made.a.seen),
        seen_b=png(made.b.seen),
    )


def _answer(made: ModelComparison, side: ComparedModel, model: Model) -> protocol.ComparedAnswer:
    counterparts = made.agreement.classes.counterparts
    first = {counterparts[score.class_index] for score in made.a.prediction.top(_TOP)}
    shared = {score.class_index for score in made.b.prediction.top(_TOP)} & first
    is_first = side is made.a
    top = tuple(
        protocol.RankedClass(
            score.label,
            score.probability,
            (counterparts[score.class_index] if is_first else score.class_index) in shared,
        )
        for score in side.prediction.top(_TOP)
    )
    how = side.preprocessing
    # A preprocessing that is assumed is called so, and told as any other.
    assumed = tuple(each.words for each in model.assumptions if each.about != "preprocessing")
    return protocol.ComparedAnswer(side.name, how.name, how.describe(), assumed, top, side.layers, side.unmatched)


def second_tensor(state: Answering, asked: protocol.SecondTensorRequest) -> Aside:
    """A layer's activation in the second model."""
    photo = state.photo_called(asked.photo)

    def work(_: OnProgress) -> Message:
        second = state.second.called(asked.other, state.offers.model)
        name = second.architecture[asked.layer].name
        values = second.activations(photo.kept.read(), name)[name]
        about, encoded, statistics = messages.maps(name, values)
        return protocol.SecondTensorMessage(
            id=asked.id,
            photo=asked.photo,
            model=second.name,
            preset=second.preprocessing.name,
            layer=about.layer,
            shape=about.shape,
            encoding=about.encoding,
            scale=about.scale,
            values=encoded,
            statistics=statistics,
        )

    return Aside(work)
