"""Twenty findings: each is computed anew when the site is built, and opens the explorer at its very number."""

from __future__ import annotations

import html
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

import squeezeviz as sv

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

#: Where the page that the findings open lies in the site.
PATH = "live/gallery.html"
_MODEL = "squeezenet1.1-shapes"


@dataclass(frozen=True)
class Finding:
    """Something to see.

    Attributes:
        name: Of its pictures.
        title: What is seen, in a few words.
        photo: The sample on which it is seen.
        state: What is chosen, as a link says it, behind the photo.
        words: The finding, with the numbers that are there now.
    """

    name: str
    title: str
    photo: str
    state: str
    words: Callable[[], str]

    @property
    def link(self) -> str:
        """The part of the address behind "#"."""
        return f"photo={self.photo}&{self.state}"


@cache
def model() -> sv.Model:
    """Return the bundled model."""
    return sv.load_model(_MODEL)


@cache
def seen(photo: str) -> sv.Activations:
    """Return all layers' values on a sample."""
    return model().activations(photo)


def maps(photo: str, layer: str, channel: int) -> NDArray[np.float32]:
    """Return one map, float32 (H, W)."""
    return seen(photo)[layer][channel]


def percent(share: float) -> str:
    """Write a share."""
    return f"{share:.1%}".replace("%", " %")


def first(photo: str, preprocessing: str | None = None) -> tuple[str, str]:
    """Return a sample's first answer, and its probability in words."""
    best = model().predict(photo, preprocessing).top(1)[0]
    return best.label, percent(best.probability)


def _loudest(layer: str, channel: int) -> str:
    """Which drawings a channel activates on most, of all 24: the mean of its map."""
    names = [each.name for each in sv.samples() if each.name.startswith("shape-")]
    means = {name: float(seen(name)[layer][channel].mean()) for name in names}
    best, second = sorted(means, key=lambda name: -means[name])[:2]
    said = [name.removeprefix("shape-").replace("-", " ") for name in (best, second)]
    return (
        f"Of 24 drawings, channel {channel} of {layer} activates most on {said[0]} ({means[best]:.2f} in the mean), "
        f"then on {said[1]} ({means[second]:.2f})."
    )


def _zeros() -> str:
    values = seen("shape-star")["fire5/concat"]
    return (
        f"{percent(float((values == 0).mean()))} of fire5's {values.size:,} numbers are exactly 0: ReLU cut them off."
    )


def _strongest() -> str:
    values = seen("shape-star")["fire9/concat"]
    channel, y, x = np.unravel_index(values.argmax(), values.shape)
    where = f"in channel {channel} at row {y}, column {x}"
    return f"The largest of fire9's numbers is {values.max():.2f}, {where}: on the star."


def _mean() -> str:
    values = maps("shape-star", "conv10", 4)
    logit = model().predict("shape-star")["star"].logit
    mean = values.mean(dtype=np.float64)
    return f"The mean of these {values.size} cells is {mean:.4f}. The star's logit is {logit:.4f}."


def _one_cell() -> str:
    values = maps("shape-star", "conv10", 4).astype(np.float64)
    return f"One cell of {values.size}, {values.max():.2f}, makes {percent(values.max() / values.sum())} of the logit."


def _stripes() -> str:
    along, across = (float(maps(f"shape-{way}-stripes", "conv1", 13).mean()) for way in ("vertical", "horizontal"))
    return f"Channel 13 of conv1 is {along:.2f} in the mean on vertical stripes, and {across:.2f} on horizontal ones."


def _silent() -> str:
    across, along = (maps(f"shape-{way}-stripes", "conv1", 12) for way in ("horizontal", "vertical"))
    return (
        f"Channel 12 of conv1 does the reverse: {float(across.mean()):.2f} in the mean on horizontal stripes, "
        f"{float(along.mean()):.2f} on vertical ones."
    )


def _dead() -> str:
    values = seen("shape-diagonal-stripes")["fire9/concat"]
    dead = int((values.max((1, 2)) == 0).sum())
    return f"On diagonal stripes {dead} of fire9's {len(values)} channels are 0 in every cell."


def _unsure() -> str:
    one, two = model().predict("shape-arrow").top(2)
    return (
        f"{one.label.capitalize()} {percent(one.probability)}, {two.label} {percent(two.probability)}: the logits are "
        f"{one.logit - two.logit:.2f} apart, and *e* to that is the odds, {np.exp(one.logit - two.logit):.1f} to 1."
    )


def _out_of_its_world(photo: str, what: str) -> Callable[[], str]:
    def words() -> str:
        label, share = first(photo)
        return (
            f"A photo of {what}: {label}, {share}. It has only ever seen drawings, and no way to say *none of these*."
        )

    return words


def _width() -> str:
    layer = model().architecture["fire9/concat"]
    (height, _), (whole, _) = layer.receptive_field, model().architecture.input_shape[1:]
    return (
        f"One cell of fire9 can have seen {height} of {whole} pixels, along its widest path; along its narrowest, 31."
    )


def _without() -> str:
    ablation = sv.ablate(model(), "shape-cross", {"fire7/squeeze1x1": [17]})
    before, after = (each.top(1)[0] for each in (ablation.before, ablation.after))
    return (
        f"With one channel of 32 set to zero, the {before.label} ({percent(before.probability)}) becomes "
        f"{'an' if after.label[0] in 'aeiou' else 'a'} {after.label} ({percent(after.probability)})."
    )


def _swapped() -> str:
    (_, as_it_is), (_, swapped) = first("shape-star"), first("shape-star", "rgb-by-mistake")
    return (
        f"With red and blue swapped the star has {swapped}, and {as_it_is} as it is: the network was trained on "
        "colours drawn at random."
    )


def _opened() -> str:
    best = model().predict("shape-star").top(1)[0]
    return f"{percent(best.probability)} is one exponential among 24. Open it, then its logit, a cell, down to a pixel."


def _kernels() -> str:
    weights, _ = model().kernels("conv1")
    count, _, height, width = weights.shape
    return f"The {count} kernels of conv1, {height} × {width} for each of three colours: edges, of many ways."


def _channel(name: str, title: str, photo: str, channel: int) -> Finding:
    state = f"layer=fire9/concat&channel={channel}"
    return Finding(name, title, photo, state, lambda: _loudest("fire9/concat", channel))


def _photo(name: str, title: str, what: str) -> Finding:
    state = "layer=fire9/concat&sort=mean&show=map"
    return Finding(name, title, what, state, _out_of_its_world(what, _WHAT[what]))


_WHAT = {"chelsea": "a cat", "coins": "coins", "coffee": "a cup of coffee"}
_STAR = "shape-star"
FINDINGS = (
    Finding("logit", "A logit is a mean", _STAR, "layer=conv10&channel=4&cell=10,10&show=map", _mean),
    Finding("cell", "One cell of 196", _STAR, "layer=conv10&channel=4&cell=10,10&open=pool10:4:0,0", _one_cell),
    Finding("opened", "A probability, opened", _STAR, "layer=conv10&channel=4&open=softmaxout:4:0,0", _opened),
    Finding("strongest", "The largest number", _STAR, "layer=fire9/concat&channel=370&cell=10,10", _strongest),
    Finding("zeros", "Half of it is zero", _STAR, "layer=fire5/concat&sort=sparsity", _zeros),
    Finding("width", "What one cell can see", _STAR, "layer=fire9/concat&channel=296&cell=6,6", _width),
    Finding("kernels", "The first kernels", _STAR, "layer=conv1&channel=13&show=kernels", _kernels),
    Finding("vertical", "A detector of verticals", "shape-vertical-stripes", "layer=conv1&channel=13", _stripes),
    Finding("horizontal", "And one of horizontals", "shape-horizontal-stripes", "layer=conv1&channel=12", _silent),
    Finding("dead", "Silent channels", "shape-diagonal-stripes", "layer=fire9/concat&sort=max", _dead),
    _channel("zigzag", "A channel for zigzags", "shape-zigzag", 383),
    _channel("checkers", "One for checkerboards", "shape-checkerboard", 185),
    _channel("target", "One for rings in rings", "shape-target", 234),
    _channel("bricks", "One for bricks", "shape-bricks", 489),
    Finding("arrow", "Arrow, or cross?", "shape-arrow", "layer=conv10&channel=10&show=map", _unsure),
    Finding(
        "ablated",
        "One channel decides",
        "shape-cross",
        "layer=fire7/squeeze1x1&channel=17&ablated=fire7/squeeze1x1:17",
        _without,
    ),
    Finding("swapped", "Red and blue swapped", _STAR, "preprocessing=rgb-by-mistake&layer=conv1&view=seen", _swapped),
    _photo("cat", "A cat is waves", "chelsea"),
    _photo("coins", "Coins are dots", "coins"),
    _photo("coffee", "Coffee is a spiral", "coffee"),
)


def photos() -> list[str]:
    """Return the samples that the findings are on, each once."""
    return list(dict.fromkeys(each.photo for each in FINDINGS))


def markdown() -> str:
    """Return the findings as cards, each with its pictures and its link."""
    cards = []
    for number, each in enumerate(FINDINGS, 1):
        link = f'<a href="../{PATH}#{html.escape(each.link)}" target="_blank" rel="noopener"'
        tails = (".webp#only-light", "-dark.webp#only-dark")
        light, dark = (f"![{each.title}](pictures/{each.name}{tail})" for tail in tails)
        cards.append(
            f'<div class="sqv-finding" markdown>\n{link} markdown="span">{light}{dark}</a>\n\n'
            f"**{number}. {each.title}.** {each.words()} {link}>Open it</a>\n</div>"
        )
    return '<div class="sqv-findings" markdown>\n\n' + "\n\n".join(cards) + "\n\n</div>"


def write(site: Path) -> None:
    """Write the page that the findings open.

    Args:
        site: Folder of the site.
    """
    path = site / PATH
    path.parent.mkdir(parents=True, exist_ok=True)
    sv.export_page(photos(), path, model=_MODEL, compared=["rgb-by-mistake"], layer="fire5/concat")
