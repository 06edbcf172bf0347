"""The explorer as one HTML file that asks nobody for anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from squeezeviz.errors import SqueezeVizError
from squeezeviz.files import plain_stem
from squeezeviz.resources import PACKAGE
from squeezeviz.standalone.blocks import Blocks
from squeezeviz.standalone.contents import Shown, contents
from squeezeviz.visible import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from squeezeviz.image import Image
    from squeezeviz.preprocessing import Preprocessing
    from squeezeviz.results.prediction import Prediction
    from squeezeviz.runtime.model import Model

__all__ = ["MEDIA_TYPE", "page_of"]

MEDIA_TYPE = "text/html"
_STATIC = PACKAGE / "widgets" / "static"
# Nothing may be fetched, from any host: the page is all there is. Pictures are made on the page itself, and so is the
# worker that computes; WebAssembly is compiled from the page's own text.
_POLICY = Markup(
    "default-src 'none'; script-src 'unsafe-inline' 'wasm-unsafe-eval'; worker-src blob:; style-src 'unsafe-inline'; "
    "img-src data: blob:; base-uri 'none'; form-action 'none'"
)


def page_of(
    model: Model,
    photos: Mapping[str, tuple[Callable[[], Image], float]],
    presets: Sequence[Preprocessing],
    traits: Mapping[str, Any],
) -> tuple[str, str, bytes]:
    """Return the explorer of some photos as one HTML file.

    Args:
        model: The model to run, from `squeezeviz.load_model`.
        photos: By what they are known by: what decodes each, when it is its turn, and the milliseconds that this took.
        presets: The preprocessings that can be chosen on the page; the one in use comes first.
        traits: What is chosen, by the names of `squeezeviz.explorer.selection.Selection`; what needs a kernel is
            left at its default.

    Returns:
        A name for the file, its media type, and its content.

    Raises:
        ModelError: The model has a layer of a kind that a page cannot compute.
        PreprocessingError: The preprocessing in use does not suit a photo.
        SqueezeVizError: There is no photo.
    """
    if not photos:
        raise SqueezeVizError("a page takes at least one photo: put one on the stage, or name one")
    shown = [Shown(key, read, decode_ms) for key, (read, decode_ms) in photos.items()]
    blocks = Blocks()
    # One's own preprocessing cannot be tuned further there: it is a preset like the others.
    plain = {**traits, "tuned": {}, "given": [], "compared": [how.name for how in presets]}
    if plain.get("photo") not in photos:
        plain["photo"] = next(iter(photos))
    data, answers = contents(model, shown, presets, plain, blocks)
    stage = answers[list(photos).index(plain["photo"])]
    text = _html(_title(stage), blocks.plain(data), blocks)
    return _file_name(stage), MEDIA_TYPE, text.encode("utf-8")


def _title(stage: Prediction) -> str:
    best = stage.top(1)[0]
    return f"{stage.image}: {best.label}, {best.probability:.1%} · squeezeviz"


def _file_name(stage: Prediction) -> str:
    return f"squeezeviz-{plain_stem(stage.image)}.html"


def _html(title: str, entry: int, blocks: Blocks) -> str:
    style = "\n".join((_STATIC / name).read_text(encoding="utf-8") for name in ("squeezeviz.css", "page.css"))
    script, engine = ((_STATIC / name).read_text(encoding="utf-8") for name in ("page.js", "engine.js"))
    if any(mark in (script + engine).lower() for mark in ("</script", "<!--")) or "</style" in style.lower():
        raise SqueezeVizError("the page's own program would end its element early: build it anew (make frontend)")
    # The blocks stand behind the words and before the program: the page is there before its megabytes are read.
    return _PAGE.format(
        policy=_POLICY,
        title=visible(title),
        style=Markup(style),  # noqa: S704 - our own files, as they were built
        entry=entry,
        blocks=blocks.html(),
        engine=Markup(engine),  # noqa: S704 - our own files, as they were built
        script=Markup(script),  # noqa: S704 - as above
    )


# What is put in is escaped, unless it is a `Markup` itself.
_PAGE = Markup("""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="squeezeviz">
<title>{title}</title>
<style>
{style}
</style>
</head>
<body>
<main id="sqv-page" data-entry="{entry}"><p class="sqv-opening">Opening {title} …</p></main>
<noscript><p class="sqv-opening">This page computes what it shows: it takes a browser with JavaScript.</p></noscript>
{blocks}<script type="text/plain" id="sqv-engine">
{engine}
</script>
<script type="module">
{script}
</script>
</body>
</html>
""")
