"""What is chosen on a page, as ordinary traits: observe, link or set them. The page and Python keep them in step."""

from __future__ import annotations

from typing import Any

import traitlets

from squeezeviz.render.palettes import PALETTES
from squeezeviz.widgets import shape
from squeezeviz.widgets.guarded import Guarded

__all__ = ["CHOSEN", "Selection"]

# What a page that is made anew goes on with.
CHOSEN = (
    "tuned", "preset", "layer", "channel", "cell", "class_index", "pinned", "sort", "scale", "palette", "view",
    "class_map", "compared", "against", "comparing", "opened", "explaining", "rival", "off",
    "off_fill", "kernels",
)  # fmt: skip


class Selection(Guarded):
    """The chosen photo, layer, channel, cell, class and look, and which preparations are compared."""

    SETTABLE = ("photo", "held", *CHOSEN)

    _model_name = traitlets.Unicode("WidgetModel").tag(sync=True)

    given = traitlets.List(traitlets.Unicode(), help="What was chosen by whoever made it.").tag(sync=True)
    photo = traitlets.Unicode("", help="Id of the photo on the stage; empty while there is none.").tag(sync=True)
    preset = traitlets.Unicode("caffe2", help="Name of the preprocessing in use.").tag(sync=True)
    layer = traitlets.Unicode("fire5/concat", help="Published name of the layer on show.").tag(sync=True)
    channel = traitlets.Int(None, allow_none=True, help="Its channel; None: the one with the largest mean.").tag(
        sync=True
    )
    cell = traitlets.Tuple(
        traitlets.Int(), traitlets.Int(), default_value=None, allow_none=True, help="(y, x); None: the strongest."
    ).tag(sync=True)
    class_index = traitlets.Int(None, allow_none=True, help="A class; None: the most probable one.").tag(sync=True)
    pinned = traitlets.List(traitlets.Int(), help="Classes that stay on show, by index.").tag(sync=True)
    sort = traitlets.Enum(["index", "mean", "max", "sparsity"], "index", help="Order of the maps.").tag(sync=True)
    scale = traitlets.Enum(["channel", "layer"], "channel", help="What full colour stands for.").tag(sync=True)
    palette = traitlets.Enum(list(PALETTES), PALETTES[0], help="Colours of the maps.").tag(sync=True)
    view = traitlets.Enum(["original", "seen"], "original", help="The photo, or what the network gets of it.").tag(
        sync=True
    )
    compared = traitlets.List(traitlets.Unicode(), help="Preparations beside the one in use, by name.").tag(sync=True)
    against = traitlets.Unicode("rgb-by-mistake", help="The one of them whose maps are on show.").tag(sync=True)
    comparing = traitlets.Bool(False, help="Whether they stand side by side.").tag(sync=True)  # noqa: FBT003
    tuned = traitlets.Dict(help="A preparation of one's own, called yours: a `Preprocessing` as plain data.").tag(
        sync=True
    )
    opened = traitlets.List(
        traitlets.Dict(), help="The number whose arithmetic is shown, last, and those it was reached through."
    ).tag(sync=True)
    held = traitlets.Dict(help="What is compared with what is chosen: its photo, layer, channel and class_index.").tag(
        sync=True
    )
    explaining = traitlets.Bool(False, help="Whether the evidence for the class is shown.").tag(sync=True)  # noqa: FBT003
    rival = traitlets.Int(None, allow_none=True, help="A class that it is weighed against; None: none.").tag(sync=True)
    off = traitlets.Dict(help="Layer → its channels that are switched off, for every photo.").tag(sync=True)
    off_fill = traitlets.Enum(
        ["zero", "mean"], "zero", help="What stands in the place of such a map: zeros, or its own mean everywhere."
    ).tag(sync=True)
    kernels = traitlets.Bool(False, help="Whether the layer's kernels stand in place of its maps.").tag(sync=True)  # noqa: FBT003
    class_map = traitlets.Bool(False, help="Whether the class's own map lies over the photo.").tag(sync=True)  # noqa: FBT003

    # What they may hold, whoever sets them: a page may send anything at all. What it means is checked by the state.

    @traitlets.validate("photo")
    def _valid_photo(self, proposal: Any) -> str:  # noqa: ANN401 - traitlets' own
        return shape.identity("photo", proposal["value"])

    @traitlets.validate("preset")
    def _valid_preset(self, proposal: Any) -> str:  # noqa: ANN401 - as above
        return shape.text("preset", proposal["value"])

    @traitlets.validate("layer")
    def _valid_layer(self, proposal: Any) -> str:  # noqa: ANN401 - as above
        return shape.text("layer", proposal["value"])

    @traitlets.validate("against")
    def _valid_against(self, proposal: Any) -> str:  # noqa: ANN401 - as above
        return shape.text("against", proposal["value"])

    @traitlets.validate("channel", "class_index", "rival")
    def _valid_index(self, proposal: Any) -> int | None:  # noqa: ANN401 - as above
        value = proposal["value"]
        return None if value is None else shape.index(proposal["trait"].name, value)

    @traitlets.validate("cell")
    def _valid_cell(self, proposal: Any) -> tuple[int, int] | None:  # noqa: ANN401 - as above
        return None if proposal["value"] is None else shape.cell("cell", proposal["value"])

    @traitlets.validate("pinned")
    def _valid_pinned(self, proposal: Any) -> list[int]:  # noqa: ANN401 - as above
        return shape.listed("pinned", proposal["value"], shape.index)

    @traitlets.validate("compared", "given")
    def _valid_names(self, proposal: Any) -> list[str]:  # noqa: ANN401 - as above
        return shape.listed(proposal["trait"].name, proposal["value"], shape.text)

    @traitlets.validate("opened")
    def _valid_opened(self, proposal: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - as above
        return shape.listed(
            "opened", proposal["value"], shape.record(layer=shape.text, channel=shape.index, cell=shape.cell)
        )

    @traitlets.validate("held")
    def _valid_held(self, proposal: Any) -> dict[str, Any]:  # noqa: ANN401 - as above
        read = shape.record(photo=shape.identity, layer=shape.text, channel=shape.index, class_index=shape.index)
        return read("held", proposal["value"]) if proposal["value"] else {}

    @traitlets.validate("off")
    def _valid_off(self, proposal: Any) -> dict[str, list[int]]:  # noqa: ANN401 - as above
        return shape.channels("off", proposal["value"])

    @traitlets.validate("tuned")
    def _valid_tuned(self, proposal: Any) -> dict[str, Any]:  # noqa: ANN401 - as above
        return shape.description("tuned", proposal["value"])
