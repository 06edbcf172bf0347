"""Which hosts an app answers to, asked before anything else.

A page on another site can have its own name resolve to 127.0.0.1 (DNS rebinding), and then speaks to a server here as
if it were of the same origin. Only the name it was asked by, in ``Host``, tells the two apart.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tornado.routing import Matcher
from tornado.web import RequestHandler

if TYPE_CHECKING:
    from collections.abc import Collection

    from tornado.httputil import HTTPServerRequest

__all__ = ["LOCAL", "FromElsewhere", "Refused", "why_refused"]

LOCAL = frozenset({"localhost", "127.0.0.1", "[::1]"})
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[^:@\[\]/\\\s]+)(:\d+)?", re.IGNORECASE)


def why_refused(request: HTTPServerRequest, allowed: Collection[str] = ()) -> str | None:
    """Return why a request is not answered, or None if it is.

    Args:
        request: What was asked.
        allowed: Names of hosts beside `LOCAL`, in lower case, without a port.
    """
    names = LOCAL | set(allowed)
    if _name(request.host) not in names:
        return f"asked by the name {request.host!r}, expected one of {', '.join(sorted(names))}"
    origin = request.headers.get("Origin", request.headers.get("Sec-Websocket-Origin"))
    if origin is not None and _name(origin.partition("://")[2]) not in names:
        return f"asked by a page of {origin!r}, which is another site"
    # A link from elsewhere is welcome. Whatever else a page elsewhere asks for would start a kernel that nobody sees.
    if request.headers.get("Sec-Fetch-Site") == "cross-site" and request.headers.get("Sec-Fetch-Dest") != "document":
        return "asked by a page of another site"
    return None


def _name(netloc: str) -> str:
    match = _HOST.fullmatch(netloc)
    return match[1].lower() if match else ""


class FromElsewhere(Matcher):
    """Matches every request that is not to be answered, for whatever address and method.

    Args:
        allowed: As for `why_refused`.
    """

    def __init__(self, allowed: Collection[str]) -> None:
        self._allowed = allowed

    def match(self, request: HTTPServerRequest) -> dict[str, Any] | None:
        """Match what is refused."""
        return None if why_refused(request, self._allowed) is None else {}


class Refused(RequestHandler):
    """Says that it is refused, and what to do."""

    def initialize(self, allowed: Collection[str]) -> None:
        """Take the arguments of the route."""
        self._allowed = allowed

    def prepare(self) -> None:
        """Answer, whatever the method."""
        reason = why_refused(self.request, self._allowed)
        page = self.settings["voila_jinja2_env"].get_template("refused.html")
        self.set_status(403)
        self.finish(page.render(reason=reason, base_url=self.settings["base_url"]))
