"""What a page consists of, before it becomes one file or a folder of files."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from squeezeviz.errors import SqueezeVizError
from squeezeviz.files import plain_stem
from squeezeviz.resources import PACKAGE
from squeezeviz.standalone.blocks import Blocks
from squeezeviz.standalone.contents import Shown, contents
from squeezeviz.standalone.half_precision import HalfPrecision, half_precision

if TYPE_CHECKING:
    from squeezeviz.explorer.exporting import Exported

__all__ = ["Page", "page_parts", "program"]

_STATIC = PACKAGE / "widgets" / "static"


@dataclass(frozen=True)
class Page:
    """A page's parts.

    Attributes:
        title: What stands in the browser's title.
        stem: What to call its file, without an ending.
        entry: Which block says what the others are.
        blocks: Numbers and pictures.
        half_precision: What rounding its weights has changed; None where they were not.
    """

    title: str
    stem: str
    entry: int
    blocks: Blocks = field(repr=False)
    half_precision: HalfPrecision | None = None


def page_parts(exported: Exported, *, is_half: bool = False) -> Page:
    """Gather what a page carries.

    Args:
        exported: The exploration. Without photos it becomes an empty page, for photos to be brought to.
        is_half: Whether to round its weights to half precision: they take half the bytes.

    Raises:
        ConversionError: A weight is too large for half precision.
        ModelError: The model has a layer of a kind that a page cannot compute.
        PreprocessingError: The preprocessing in use does not suit a photo.
    """
    model, presets, rounding = exported.model, list(exported.presets), None
    if is_half:
        images = [read() for read, _ in exported.photos.values()]
        model, rounding = half_precision(model, images, presets)
    blocks = Blocks()
    # Named anew: what is written twice is the same twice.
    names = {before: f"photo-{number}" for number, before in enumerate(exported.photos, 1)}
    shown = [Shown(names[key], read, decode_ms) for key, (read, decode_ms) in exported.photos.items()]
    traits = _traits(exported, names)
    said = rounding.words if rounding else ""
    data, answers = contents(model, shown, presets, traits, blocks, rounding=said)
    blocks.begin("contents")
    entry = blocks.plain(data)
    if not shown:
        return Page(f"{model.name} · squeezeviz", _stem(f"{model.name}.onnx"), entry, blocks, rounding)
    stage = answers[[each.id for each in shown].index(traits["photo"])]
    best = stage.top(1)[0]
    title = f"{stage.image}: {best.label}, {best.probability:.1%} · squeezeviz"
    return Page(title, _stem(stage.image), entry, blocks, rounding)


def program(name: str) -> Markup:
    """Return a part of the page's own program, or of its style, as it was built.

    Args:
        name: Of its file.

    Raises:
        SqueezeVizError: Within a page it would end its element early.
    """
    text = (_STATIC / name).read_text(encoding="utf-8")
    if any(mark in text.lower() for mark in ("</script", "</style", "<!--")):
        raise SqueezeVizError("the page's own program would end its element early: build it anew (make frontend)")
    return Markup(text)  # noqa: S704 - our own files, as they were built


def _stem(name: str) -> str:
    return f"squeezeviz-{plain_stem(name)}"


def _traits(exported: Exported, names: dict[str, str]) -> dict[str, Any]:
    """What is chosen, of photos by their new names."""
    # One's own preprocessing cannot be tuned further there: it is a preset like the others.
    plain = {**exported.traits, "tuned": {}, "given": [], "compared": [how.name for how in exported.presets]}
    plain["photo"] = names.get(plain.get("photo", ""), next(iter(names.values()), ""))
    held = plain.get("held") or {}
    plain["held"] = {**held, "photo": names[held["photo"]]} if held.get("photo") in names else {}
    return plain
