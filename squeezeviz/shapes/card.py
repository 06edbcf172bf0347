"""Write the embedded model's card: ``python -m squeezeviz.shapes.card``.

It draws held-out pictures, asks the model, and writes ``README.md``, ``card.json``, ``training.svg`` and
``classes.jpg`` beside the model's files, from the answers and from the record that the training left.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image as Pillow

from squeezeviz.image.drawings.scene import CLASSES, draw
from squeezeviz.image.drawings.seeds import GALLERY, HELD_OUT
from squeezeviz.resources import shipped
from squeezeviz.runtime.loading import load_model
from squeezeviz.shapes.held_out import Score, score
from squeezeviz.zoo import EMBEDDED_MODEL, entry

if TYPE_CHECKING:
    from squeezeviz.runtime.model import Model

_TEMPLATE = Path(__file__).with_name("card_template.md")


def describe(record: dict[str, Any], result: Score, per_class: int) -> str:
    """Return the card as Markdown.

    Args:
        record: What the training wrote: ``training.json``.
        result: What the model answered to held-out pictures.
        per_class: How many of each class those were.
    """
    known, recipe, (first, last) = entry(EMBEDDED_MODEL), record["recipe"], record["stages"]
    low, high = result.interval
    files = "\n".join(f"| `{file.name}` | {file.size_bytes:,} | `{file.sha256}` |" for file in known.files)
    rates = " and ".join(f"{rate:g}" for _, rate in recipe["cycles"])
    machine = "a GPU" if record["device"] == "cuda" else f"{record['threads']} cores of a CPU"
    return _TEMPLATE.read_text(encoding="utf-8").format(
        name=known.name, label_space=known.label_space.capitalize(), classes=len(CLASSES), held_out=HELD_OUT, size=256,
        pictures=recipe["pictures"], first_picture=first["picture"], last_picture=last["picture"],
        last_pictures=round(recipe["pictures"] * last["pictures"]), first_crop=first["crop"], last_crop=last["crop"],
        first_share=first["share"], steps=recipe["steps"], batch=recipe["batch"], rates=rates,
        decay=recipe["weight_decay"], smoothing=recipe["smoothing"], seed=recipe["seed"],
        minutes=record["seconds"] / 60, machine=machine, torch=record["torch"],
        count=result.count, per_class=per_class, accuracy=result.accuracy, low=low, high=high,
        top5=result.in_top5 / result.count, rows=_class_rows(result), confusion=_confusion(result), files=files,
    )  # fmt: skip


def _class_rows(result: Score) -> str:
    lines = []
    for index, name in enumerate(CLASSES):
        wrong = result.confusion[index].copy()
        wrong[index] = 0
        other = int(wrong.argmax())
        taken = f"{CLASSES[other]} ({wrong[other]})" if wrong[other] else ""
        lines.append(f"| {index} {name} | {result.recall[index]:.1%} | {result.precision[index]:.1%} | {taken} |")
    return "\n".join(lines)


def _confusion(result: Score) -> str:
    indices = range(len(CLASSES))
    head = "| | " + " | ".join(f"{index}" for index in indices) + " |"
    rule = "| --- |" + " ---: |" * len(CLASSES)
    rows = [
        f"| {row} {CLASSES[row]} | " + " | ".join(str(n) if n else "" for n in result.confusion[row]) + " |"
        for row in indices
    ]
    return "\n".join([head, rule, *rows])


def draw_curve(record: dict[str, Any], path: Path) -> None:
    """Draw accuracy over steps: in training, and on pictures that it did not learn from."""
    import matplotlib as mpl  # noqa: PLC0415 - heavy
    from matplotlib.figure import Figure  # noqa: PLC0415 - heavy

    log = record["log"]
    unseen = [line for line in log if "unseen" in line]
    bound = record["recipe"]["steps"] * record["stages"][0]["share"]
    with mpl.rc_context({"svg.hashsalt": "squeezeviz", "font.size": 9, "svg.fonttype": "path"}):
        figure = Figure(figsize=(7, 3), layout="constrained")
        axes = figure.add_subplot()
        axes.plot([x["step"] for x in log], [x["accuracy"] for x in log], color="#7f8893", lw=1.2, label="in training")
        steps, shares = [x["step"] for x in unseen], [x["unseen"] for x in unseen]
        axes.plot(steps, shares, "o-", color="#b4541a", ms=3.5, label="on unseen pictures")
        axes.axvline(bound, color="#c9cfd6", lw=1)
        axes.text(bound, 0.03, f" {record['stages'][1]['crop']} px", color="#5a626c")
        axes.set(xlabel="step", ylabel="accuracy", xlim=(0, record["recipe"]["steps"]), ylim=(0, 1))
        axes.yaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(frameon=False, loc="center right")
        figure.savefig(path, metadata={"Date": None})


def draw_classes(path: Path, *, side: int = 112, columns: int = 8) -> None:
    """Draw the gallery's picture of every class on one sheet."""
    rows = -(-len(CLASSES) // columns)
    sheet = np.full((rows * (side + 4) - 4, columns * (side + 4) - 4, 3), 255, np.uint8)
    for index in range(len(CLASSES)):
        top, left = index // columns * (side + 4), index % columns * (side + 4)
        small = Pillow.fromarray(draw(index, GALLERY)).resize((side, side), Pillow.Resampling.LANCZOS)
        sheet[top : top + side, left : left + side] = np.asarray(small)
    Pillow.fromarray(sheet).save(path, quality=86)


def write_card(model: Model, folder: Path, per_class: int) -> Score:
    """Measure the model and write its card into a folder that holds ``training.json``."""
    record = json.loads((folder / "training.json").read_text())
    result = score(model, per_class)
    (folder / "README.md").write_text(describe(record, result, per_class), encoding="utf-8")
    figures = {
        "pictures": result.count,
        "top1": round(result.accuracy, 5),
        "top5": round(result.in_top5 / result.count, 5),
    }
    (folder / "card.json").write_text(json.dumps(figures) + "\n")
    draw_curve(record, folder / "training.svg")
    draw_classes(folder / "classes.jpg")
    return result


def main() -> None:
    """Read the options, write the card, and print the outcome."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--per-class", type=int, default=200, help="held-out pictures to draw of each class")
    options = parser.parse_args()
    folder = shipped("data/squeezenet1.1-shapes")
    result = write_card(load_model(EMBEDDED_MODEL), folder, options.per_class)
    print(f"{folder / 'README.md'}: top-1 {result.accuracy:.2%} of {result.count:,} held-out pictures")  # noqa: T201


if __name__ == "__main__":
    main()
