"""Damage to bytes, and values of other kinds in plain data: what the fuzzers and the tests of foreign files share.

Each takes a `random.Random`, or what Hypothesis gives in its place, so that a seed tells the whole case.
"""

from __future__ import annotations

import json

_ENDS = (0, 1, 0x7F, 0x80, 0xFE, 0xFF)


def _flip(content, rng):
    at = rng.randrange(len(content))
    content[at] ^= 1 << rng.randrange(8)


def _put(content, rng):
    content[rng.randrange(len(content))] = rng.choice([rng.randrange(256), rng.choice(_ENDS)])


def _put_number(content, rng):
    """A size, a count or an offset of 2, 4 or 8 bytes, at an end of its range."""
    size, order = rng.choice([2, 4, 8]), rng.choice(["big", "little"])
    at = rng.randrange(max(1, len(content) - size))
    value = rng.choice(
        [0, 1, 2 ** (8 * size) - 1, 2 ** (8 * size - 1), 2 ** (8 * size - 1) - 1, 65_536 % 2 ** (8 * size)]
    )
    content[at : at + size] = value.to_bytes(size, order)


def _cut(content, rng):
    del content[rng.randrange(len(content)) :]


def _drop(content, rng):
    at = rng.randrange(len(content))
    del content[at : at + rng.choice([1, 2, 8, 100])]


def _insert(content, rng):
    at = rng.randrange(len(content) + 1)
    content[at:at] = rng.randbytes(rng.choice([1, 2, 8, 100]))


def _repeat(content, rng):
    at = rng.randrange(len(content))
    content[at:at] = content[at : at + rng.choice([1, 4, 30, 500])] * rng.choice([1, 2, 20])


def _splice(content, rng):
    """A part of it, elsewhere."""
    start, at = rng.randrange(len(content)), rng.randrange(len(content))
    part = content[start : start + rng.choice([1, 4, 30, 500])]
    content[at : at + len(part)] = part


_DAMAGES = (_flip, _put, _put, _put_number, _put_number, _cut, _drop, _insert, _repeat, _splice)


def damaged(content, rng, *, most=6):
    """Return bytes with up to so many places changed."""
    changed = bytearray(content)
    for _ in range(rng.randint(1, most)):
        if changed:
            rng.choice(_DAMAGES)(changed, rng)
    return bytes(changed)


#: Values that plain data may hold where something else is expected.
ODD = (
    None, True, False, 0, 1, -1, 7, 2**31 - 1, 2**31, -(2**63), 2**80, 0.5, -0.0, 1e308, "", "?", "0", "-1", "1e9", "9" * 30,
    "x" * 5000, "\ud800", "\x00", "\x1b[31m\r\n", "../../etc/passwd", "/dev/zero", "<img src=x onerror=alert(1)>", "é\u202e", [],
    [[]], [None], [0], [-1, 2**40], ["?"], [1.5, "x"], list(range(5000)), {}, {"": None}, {"a": {"b": []}}, {"-1": 1},
)  # fmt: skip


def odd(rng):
    """Return a value of any kind, small or large."""
    return json.loads(json.dumps(rng.choice(ODD)))  # a copy: nobody shares lists


def twisted(plain, rng, *, most=3):
    """Return a copy of plain data with up to so many values of other kinds, gone, renamed, doubled or exchanged."""
    changed = {"": json.loads(json.dumps(plain))}
    for _ in range(rng.randint(1, most)):
        holder, key = rng.choice(list(_places(changed)))
        _twist(holder, key, rng)
    return changed.get("")


def twisted_json(content, rng):
    """Return the bytes of a file of JSON, twisted; damaged where they are none any more."""
    try:
        return json.dumps(twisted(json.loads(content), rng)).encode()
    except ValueError:
        return damaged(content, rng)


def _places(plain):
    """Yield every container and key below it; of a long list, its ends."""
    keys = list(plain) if isinstance(plain, dict) else [*range(min(8, len(plain)))]
    for key in keys:
        yield plain, key
        if isinstance(plain[key], (dict, list)):
            yield from _places(plain[key])


def _twist(holder, key, rng):
    action = rng.choice(["odd", "odd", "odd", "gone", "renamed", "doubled", "exchanged"])
    if action == "gone" and key != "":
        del holder[key]
    elif action == "renamed" and isinstance(holder, dict) and key != "":
        holder[f"{key}2"] = holder.pop(key)
    elif action == "doubled" and isinstance(holder, list):
        holder.insert(key, holder[key])
    elif action == "exchanged" and len(holder) > 1:
        other = rng.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
        holder[key], holder[other] = holder[other], holder[key]
    else:
        holder[key] = odd(rng)
