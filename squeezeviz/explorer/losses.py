"""One layer of one photo in a lower precision, as a page asks: its difference from float32, and numbers in integers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from squeezeviz.errors import LayerError
from squeezeviz.explorer import messages, protocol
from squeezeviz.explorer.long_work import Aside

if TYPE_CHECKING:
    from squeezeviz.explorer.answering import Answering
    from squeezeviz.explorer.protocol import Message
    from squeezeviz.explorer.watched import OnProgress
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.quantization.beside import Beside, ComparedLayer
    from squeezeviz.runtime.model import Model

__all__ = ["integers", "loss_tensor"]


def loss_tensor(state: Answering, asked: protocol.LossTensorRequest) -> Aside:
    """A layer's value in low precision less that in float32."""
    photo, model = state.photo_called(asked.photo), state.model
    how = model.resolve(photo.prediction.preprocessing)

    def work(_: OnProgress) -> Message:
        beside = _beside(state, model, asked.other, how)
        layer = _compared(beside, asked.layer)
        tensor = how.first_crop([photo.kept.read()])
        low, _answer = beside.run(tensor)
        exact = model.parts.run({model.architecture.input_name: tensor}, [layer.name], threads=1)[layer.name]
        difference = low[layer.other].reshape(layer.shape) - exact.reshape(layer.shape)
        about, values, statistics = messages.maps(layer.name, difference)
        return protocol.LossTensorMessage(
            id=asked.id,
            photo=asked.photo,
            layer=about.layer,
            shape=about.shape,
            encoding=about.encoding,
            scale=about.scale,
            values=values,
            statistics=statistics,
        )

    return Aside(work)


def integers(state: Answering, asked: protocol.IntegersRequest) -> Aside:
    """A number of a quantised convolution in whole numbers."""
    photo, model = state.photo_called(asked.photo), state.model
    how = model.resolve(photo.prediction.preprocessing)

    def work(_: OnProgress) -> Message:
        from squeezeviz.evidence.integer_arithmetic import IntegerArithmetic  # noqa: PLC0415 - only when it is asked for

        beside = _beside(state, model, asked.other, how)
        second = state.second.called(asked.other, state.offers.model)
        opened = IntegerArithmetic(second, photo.kept.read(), how)
        made = opened.of(_compared(beside, asked.layer).other, asked.channel, asked.cell)
        plain = made.to_dict(asked.count)
        terms = tuple(protocol.IntegerTerm(**term) for term in plain.pop("terms"))
        number = protocol.IntegerNumber(**plain, terms=terms, count=len(made.terms))
        return protocol.IntegersMessage(id=asked.id, photo=asked.photo, number=number)

    return Aside(work)


def _beside(state: Answering, model: Model, other: str, how: Preprocessing) -> Beside:
    """Return a network in low precision as it is compared with the one in float32.

    Raises:
        ModelError: None of that name is on offer, or it is another network.
    """
    from squeezeviz.quantization.beside import HalfBeside, ModelBeside  # noqa: PLC0415 - as above

    if not other:
        return HalfBeside(model, how)
    return ModelBeside(model, state.second.called(other, state.offers.model), how)


def _compared(beside: Beside, name: str) -> ComparedLayer:
    """Return a layer and what stands for it.

    Raises:
        LayerError: Nothing does.
    """
    found = next((layer for layer in beside.layers if layer.name == name), None)
    if found is None:
        within = next((layer.name for layer in beside.layers if name in layer.with_layers), None)
        part = f": it is part of {within} there" if within else ""
        raise LayerError(f"{name} has no value of its own in low precision{part}; choose another layer")
    return found
