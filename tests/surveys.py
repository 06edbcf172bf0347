"""Studies for tests, importable by workers in other processes."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image as Pillow

from squeezeviz.errors import ImageError


@dataclass(frozen=True)
class Census:
    """Says of every photo what it looks like and how often it was asked about: counted twice shows.

    Attributes:
        log: A file that gets a line for every photo looked at, in whatever process.
        seconds: How long one look takes.
        killer: Name of a photo that ends the process which looks at it.
    """

    log: str = ""
    seconds: float = 0.0
    killer: str = ""

    @property
    def key(self):
        return ("census",)

    def empty(self):
        return Counter()

    def look(self, model, image, name, class_index):
        if self.log:
            with Path(self.log).open("a") as file:
                file.write(f"{os.getpid()} {name}\n")
        if name == self.killer:
            os._exit(1)
        time.sleep(self.seconds)
        if "refused" in name:
            raise ImageError(f"{name}: is refused")
        logits, _ = model.answers(model.preprocessing(image), model.preprocessing, threads=1)
        digest = hashlib.sha256(image.pixels.tobytes() + np.ascontiguousarray(logits).tobytes()).hexdigest()
        return Counter({f"{name} {class_index} {digest}": 1})

    def merge(self, first, second):
        first.update(second)
        return first

    def dump(self, part):
        return json.dumps(sorted(part.items())).encode()

    def load(self, content):
        return Counter(dict(json.loads(content)))


def asked(log):
    """Return how often each photo was looked at."""
    if not Path(log).exists():
        return Counter()
    return Counter(line.split(" ", 1)[1] for line in Path(log).read_text().splitlines())


def paint(folder, count, *, seed=0):
    """Write small photos of noise, in folders named after classes 0 to 4."""
    rng = np.random.default_rng(seed)
    for number in range(count):
        path = Path(folder) / str(number % 5) / f"{number:03}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Pillow.fromarray(rng.integers(0, 256, (40, 44, 3), dtype=np.uint8)).save(path)
    return Path(folder)
