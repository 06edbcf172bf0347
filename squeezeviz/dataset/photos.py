"""A photo of a data set, or whatever else is asked about by its name; and what is the matter with one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from squeezeviz.dataset.places import Stamp, absolute, stamp_of

__all__ = ["Photo", "Trouble"]


@dataclass(frozen=True, slots=True)
class Photo:
    """One photo, and what it shows where that is known.

    Attributes:
        name: What it is called in results: its path within the data set.
        place: Where it lies: a path, or an address for fsspec; empty for what is no photo, and lies nowhere.
        class_index: Position of its class in the network's output; None where it is not labelled.
        stamp: What tells that it has changed, where a listing has told; local files are asked when it matters.
    """

    name: str
    place: str
    class_index: int | None = None
    stamp: Stamp = field(default=(), compare=False)

    def stamped(self) -> Photo:
        """Return it with what tells that it has changed, as far as that can be known without reading it."""
        return self if self.stamp else replace(self, stamp=stamp_of(self.place))

    def anywhere(self) -> Photo:
        """Return it with a place that means the same in any working folder."""
        return replace(self, place=absolute(self.place)) if self.place else self


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is the matter with one photo, file or line: it is listed, and the others go on.

    Attributes:
        name: Of the photo, or what else it is about.
        message: What was expected and what came instead; it names the photo.
    """

    name: str
    message: str
