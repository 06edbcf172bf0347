"""A widget that a page can't harm: messages of Jupyter's widget protocol are looked at before anything is done.

ipywidgets answers a malformed message with a traceback, which the page is sent, and sets whatever a page says.
"""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Any, ClassVar

import traitlets
from ipywidgets import Widget

from squeezeviz.errors import SqueezeVizError

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["Guarded"]

_log = logging.getLogger("squeezeviz")
_METHODS = ("update", "request_state", "custom")


class Guarded(Widget):
    """Takes from a page the traits that are the page's to set, and those only with values they can have.

    What is refused is not lost silently: the page is sent the value that holds.
    """

    #: What a page may set.
    SETTABLE: ClassVar[Collection[str]] = ()

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take what a page has set, each trait by itself."""
        accepted, refused = {}, []
        for name, value in sync_data.items():
            if name not in self.SETTABLE:
                continue
            try:
                accepted[name] = self.traits()[name]._validate(self, value)  # noqa: SLF001 - with the cross-checks
            except (traitlets.TraitError, SqueezeVizError) as exc:
                _log.info("a page set %s to what it cannot be: %s", name, exc)
                refused.append(name)
        try:
            super().set_state(accepted)
        except Exception:  # noqa: BLE001 - logged in full; ipywidgets would send the page the traceback
            _log.exception("%s could not be set", ", ".join(accepted))
        if refused:
            self.send_state(refused)

    def __del__(self) -> None:
        # ipywidgets closes what is collected; an interpreter that ends has nothing left to close it with.
        if sys is not None and not sys.is_finalizing():
            super().__del__()

    def _handle_msg(self, msg: dict[str, Any]) -> None:
        data = (msg.get("content") or {}).get("data")
        if not isinstance(data, dict) or data.get("method") not in _METHODS:
            return
        if data["method"] == "update":
            # No trait of ours is made of bytes, which would be put where the page says.
            if not isinstance(data.get("state"), dict) or data.get("buffer_paths"):
                return
            data = {"method": "update", "state": data["state"]}
        elif data["method"] == "custom" and not isinstance(data.get("content"), dict):
            return
        super()._handle_msg({**msg, "content": {"data": data}, "buffers": list(msg.get("buffers") or ())})
