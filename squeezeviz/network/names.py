"""Names for people: what exporters call a value, told as its module is called in the program it came from.

PyTorch's exporter writes the way through the modules, the operator and the number of its output:
``/features/features.3/squeeze/Conv_output_0`` is the module ``features.3.squeeze``. Names of any other form are left as
they are.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["names_for_people"]

_EXPORTED = re.compile(r"/(?:(.+)/)?([^/]+?)_output_(\d+)")  # modules, operator, number of its output


def names_for_people(values: Mapping[str, str], taken: Iterable[str]) -> dict[str, str]:
    """Return other names for the values of layers: those of their modules, unique.

    Args:
        values: Value → the value whose name tells the module: of a convolution with a ReLU behind it, the
            convolution's.
        taken: Names that no value may be given.

    Returns:
        Value → name, of those that get another one.
    """
    parsed = {value: _parsed(told) for value, told in values.items()}
    counts = Counter(module for module, _ in filter(None, parsed.values()))
    names = {}
    for value, found in parsed.items():
        if found is not None:
            module, operator = found
            names[value] = module if module and counts[module] == 1 else ".".join(filter(None, (module, operator)))
    used = Counter([*names.values(), *taken])
    return {value: name for value, name in names.items() if used[name] == 1}


def _parsed(name: str) -> tuple[str, str] | None:
    """Return a value's module and operator; None where its name is of another form."""
    match = _EXPORTED.fullmatch(name)
    if match is None:
        return None
    parts: list[str] = []
    for scope in (match[1] or "").split("/"):
        if parts and scope.startswith(f"{parts[-1]}."):
            parts.pop()  # a module of a list names the list again
        parts.append(scope)
    operator = match[2] if match[3] == "0" else f"{match[2]}.{match[3]}"
    return ".".join(filter(None, parts)), operator
