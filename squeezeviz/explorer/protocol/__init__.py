"""Every message between a page and the kernel, declared once: a file a subject, questions beside their answers.

What the kernel tells a page is a `Message`, what a page asks of the kernel a `Request`. The page's ``protocol.ts`` is
generated from these classes by `squeezeviz.explorer.typescript`. Numbers in buffers are little-endian.
"""

from __future__ import annotations

from typing import TypeVar

from squeezeviz.explorer.protocol.across import *  # noqa: F403 - each file says what it declares
from squeezeviz.explorer.protocol.attribution import *  # noqa: F403
from squeezeviz.explorer.protocol.catalog import *  # noqa: F403
from squeezeviz.explorer.protocol.cost import *  # noqa: F403
from squeezeviz.explorer.protocol.engine import *  # noqa: F403
from squeezeviz.explorer.protocol.evidence import *  # noqa: F403
from squeezeviz.explorer.protocol.feeding import *  # noqa: F403
from squeezeviz.explorer.protocol.fields import Message, Request
from squeezeviz.explorer.protocol.files import *  # noqa: F403
from squeezeviz.explorer.protocol.growing import *  # noqa: F403
from squeezeviz.explorer.protocol.judging import *  # noqa: F403
from squeezeviz.explorer.protocol.models import *  # noqa: F403
from squeezeviz.explorer.protocol.numbers import *  # noqa: F403
from squeezeviz.explorer.protocol.offers import *  # noqa: F403
from squeezeviz.explorer.protocol.photos import *  # noqa: F403
from squeezeviz.explorer.protocol.precision import *  # noqa: F403
from squeezeviz.explorer.protocol.preprocessings import *  # noqa: F403
from squeezeviz.explorer.protocol.second_part import *  # noqa: F403
from squeezeviz.explorer.protocol.trials import *  # noqa: F403
from squeezeviz.explorer.protocol.trials import TrialRequest
from squeezeviz.explorer.protocol.two_models import *  # noqa: F403

__all__ = ["MESSAGES", "REQUESTS", "WORKS", "Message", "Request"]


_Of = TypeVar("_Of", Message, Request, TrialRequest)


def _below(of: type[_Of]) -> list[type[_Of]]:
    """The classes below one that are messages themselves, not what several share."""
    found: list[type[_Of]] = []
    for each in of.__subclasses__():
        found += [each] if "kind" in vars(each) else []
        found += _below(each)
    return found


#: What the kernel tells a page, by kind.
MESSAGES: dict[str, type[Message]] = {each.kind: each for each in _below(Message)}
#: What a page asks, by kind, but for what begins work: that by its ``work``.
REQUESTS: dict[str, type[Request]] = {each.kind: each for each in _below(Request) if each.kind != "begin"}
WORKS: dict[str, type[TrialRequest]] = {each.work: each for each in TrialRequest.__subclasses__()}
