"""Which view a notebook's cell has made, so that a cell that is run again takes the place of its former run.

ipywidgets keeps every widget for as long as the kernel lives. What a cell made before is closed once its next run is
over: unless it still stands in the output of another cell, or in a box, where it goes on.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar, cast

from ipywidgets.widgets.widget import _instances

from squeezeviz.runtime.heap import trim_heap

__all__ = ["begin", "former", "made", "shown", "sweep"]


class CellView(Protocol):
    """What a cell makes: a view of a state."""

    @property
    def state(self) -> Resting:
        """What it looks at."""
        ...

    @property
    def view(self) -> str:
        """Which view it is."""
        ...

    def close(self) -> None:
        """End it."""
        ...


class Resting(Protocol):
    """A state that lets go of what is large."""

    def rest(self) -> None:
        """Let go."""
        ...


V = TypeVar("V", bound=CellView)
_MOST_CELLS = 256  # more than any notebook has; what a forgotten one made stays open


@dataclass
class _Cell:
    """What the cell's latest run has made and shows, and what the run before had made."""

    run: str
    views: list[CellView] = field(default_factory=list)
    before: list[CellView] = field(default_factory=list)
    shown: list[CellView] = field(default_factory=list)


_cells: OrderedDict[str, _Cell] = OrderedDict()
_replaced: list[CellView] = []


def begin() -> None:
    """Note that the running cell is about to make a view; what its run before made need not hold what is large."""
    cell = _running()
    for view in cell.before if cell else ():
        view.state.rest()


def made(view: CellView) -> None:
    """Note that the running cell has made a view."""
    cell = _running()
    if cell is not None:
        cell.views.append(view)


def shown(view: CellView) -> None:
    """Note that the running cell shows a view."""
    cell = _running()
    if cell is not None:
        cell.shown.append(view)


def former(view: V) -> V | None:
    """Return what the run before of the same cell made in a view's place: as the first of its kind, say."""
    cell = _running()
    if cell is None or view not in cell.views:
        return None
    place = _alike(cell.views, view).index(view)
    before = _alike(cell.before, view)
    return cast("V", before[place]) if place < len(before) else None


def sweep(result: Any = None) -> None:  # noqa: ANN401 - IPython's
    """Close what has been replaced, now that the cell is done.

    Args:
        result: Of the cell, as IPython tells it: of one that failed, only what was made anew is replaced.
    """
    cell = _running()
    if cell is not None:
        is_done = getattr(result, "success", True)
        replaced = cell.before if is_done else [old for new in cell.views if (old := former(new)) is not None]
        _replaced.extend(replaced)
        cell.views += [view for view in cell.before if view not in replaced]
        cell.before = []
    closed = [view for view in _replaced if not _is_elsewhere(view)]
    for view in closed:
        _replaced.remove(view)
        view.close()
    if closed:
        trim_heap()


def _running() -> _Cell | None:
    """Return the running cell, as far as its front end says which it is."""
    from IPython import get_ipython  # noqa: PLC0415 - only notebooks need it

    shell = get_ipython()
    parent = shell.get_parent() if hasattr(shell, "get_parent") else {}
    key, run = str(parent.get("metadata", {}).get("cellId", "")), str(parent.get("header", {}).get("msg_id"))
    if not key:
        return None
    if hasattr(shell, "events"):
        shell.events.register("post_run_cell", sweep)  # once, however often
    cell = _cells.get(key)
    if cell is None:
        cell = _cells[key] = _Cell(run)
        if len(_cells) > _MOST_CELLS:
            _cells.popitem(last=False)
    elif cell.run != run:
        cell.run, cell.before, cell.views, cell.shown = run, [*cell.before, *cell.views], [], []
    _cells.move_to_end(key)
    return cell


def _alike(views: list[CellView], view: CellView) -> list[CellView]:
    return [other for other in views if other.view == view.view]


def _is_elsewhere(view: CellView) -> bool:
    """Say whether a view stands in the output of a cell, or in a box."""
    boxes = (getattr(widget, "children", ()) for widget in list(_instances.values()))
    return any(view in cell.shown for cell in _cells.values()) or any(view in box for box in boxes)
