"""What is chosen on a page, as ordinary traits: observe, link or set them. The page and Python keep them in step."""

from __future__ import annotations

from typing import Any, ClassVar

import traitlets

from squeezeviz.explorer import shape
from squeezeviz.explorer.guarded import Guarded
from squeezeviz.render.palettes import PALETTES

__all__ = ["Selection"]


class Selection(Guarded):
    """The chosen photo, layer, channel, cell, class and look, and which preprocessings are compared.

    Tags say what becomes of a trait. ``persists`` makes it the page's to set; where it is true, a page that is made
    anew goes on with it, in the order in which traits stand here. ``answers``: what the network says follows from it.
    ``needs_kernel``: a page without a kernel can do nothing with it, and has its default.
    """

    #: Traits by their tags.
    PERSISTENT: ClassVar[tuple[str, ...]]
    ANSWERS: ClassVar[tuple[str, ...]]
    NEEDS_KERNEL: ClassVar[tuple[str, ...]]

    _model_name = traitlets.Unicode("WidgetModel").tag(sync=True)

    given = traitlets.List(traitlets.Unicode(), help="What was chosen by whoever made it.").tag(sync=True)
    photo = traitlets.Unicode("", help="Id of the photo on the stage; empty while there is none.").tag(
        sync=True, persists=False
    )
    held = traitlets.Dict(help="What is compared with what is chosen: its photo, layer, channel and class_index.").tag(
        sync=True, persists=False
    )
    tuned = traitlets.Dict(help="A preprocessing of one's own, called yours: a `Preprocessing` as plain data.").tag(
        sync=True, persists=True, answers=True
    )
    preset = traitlets.Unicode("caffe2", help="Name of the preprocessing in use.").tag(
        sync=True, persists=True, answers=True
    )
    layer = traitlets.Unicode("fire5/concat", help="Published name of the layer on show.").tag(sync=True, persists=True)
    channel = traitlets.Int(None, allow_none=True, help="Its channel; None: the one with the largest mean.").tag(
        sync=True, persists=True
    )
    cell = traitlets.Tuple(
        traitlets.Int(), traitlets.Int(), default_value=None, allow_none=True, help="(y, x); None: the strongest."
    ).tag(sync=True, persists=True)
    class_index = traitlets.Int(None, allow_none=True, help="A class; None: the most probable one.").tag(
        sync=True, persists=True
    )
    pinned = traitlets.List(traitlets.Int(), help="Classes that stay on show, by index.").tag(sync=True, persists=True)
    sort = traitlets.Enum(["index", "mean", "max", "sparsity"], "index", help="Order of the maps.").tag(
        sync=True, persists=True
    )
    scale = traitlets.Enum(["channel", "layer"], "channel", help="What full colour stands for.").tag(
        sync=True, persists=True
    )
    palette = traitlets.Enum(list(PALETTES), PALETTES[0], help="Colours of the maps.").tag(sync=True, persists=True)
    view = traitlets.Enum(["original", "seen"], "original", help="The photo, or what the network gets of it.").tag(
        sync=True, persists=True
    )
    cam = traitlets.Bool(False, help="Whether the class's own map lies over the photo.").tag(  # noqa: FBT003
        sync=True, persists=True
    )
    compared = traitlets.List(traitlets.Unicode(), help="Preprocessings beside the one in use, by name.").tag(
        sync=True, persists=True
    )
    against = traitlets.Unicode("rgb-by-mistake", help="The one of them whose maps are on show.").tag(
        sync=True, persists=True
    )
    comparing = traitlets.Bool(False, help="Whether they stand side by side.").tag(  # noqa: FBT003
        sync=True, persists=True, needs_kernel=True
    )
    opened = traitlets.List(
        traitlets.Dict(), help="The number whose arithmetic is shown, last, and those it was reached through."
    ).tag(sync=True, persists=True)
    explaining = traitlets.Bool(False, help="Whether the evidence for the class is shown.").tag(  # noqa: FBT003
        sync=True, persists=True, needs_kernel=True
    )
    contrast_class = traitlets.Int(
        None, allow_none=True, help="The contrast class, whose logit is subtracted; None: none."
    ).tag(sync=True, persists=True, needs_kernel=True)
    ablated = traitlets.Dict(help="Layer → its channels that are ablated, for every photo.").tag(
        sync=True, persists=True, answers=True, needs_kernel=True
    )
    ablation_fill = traitlets.Enum(
        ["zero", "mean"], "zero", help="What stands in the place of such a map: zeros, or its own mean everywhere."
    ).tag(sync=True, persists=True, answers=True, needs_kernel=True)
    kernels = traitlets.Bool(False, help="Whether the layer's kernels stand in place of its maps.").tag(  # noqa: FBT003
        sync=True, persists=True
    )

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

    @traitlets.validate("channel", "class_index", "contrast_class")
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

    @traitlets.validate("ablated")
    def _valid_ablated(self, proposal: Any) -> dict[str, list[int]]:  # noqa: ANN401 - as above
        return shape.channels("ablated", proposal["value"])

    @traitlets.validate("tuned")
    def _valid_tuned(self, proposal: Any) -> dict[str, Any]:  # noqa: ANN401 - as above
        return shape.description("tuned", proposal["value"])


def _tagged(**tags: Any) -> tuple[str, ...]:  # noqa: ANN401 - traitlets' metadata
    """Return the traits with such tags, in the order in which they stand."""
    found = Selection.class_traits(**tags)
    return tuple(name for name in vars(Selection) if name in found)


Selection.SETTABLE = _tagged(persists=lambda persists: persists is not None)
Selection.PERSISTENT = _tagged(persists=True)
Selection.ANSWERS = _tagged(answers=True)
Selection.NEEDS_KERNEL = _tagged(needs_kernel=True)
