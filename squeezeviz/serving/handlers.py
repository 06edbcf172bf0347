"""The few addresses of an app that do something: its page, and what the page needs of its kernel."""

from __future__ import annotations

import re
from contextlib import aclosing
from pathlib import PurePosixPath
from typing import Any

from jupyter_server.services.kernels.handlers import KernelHandler
from tornado.web import HTTPError, authenticated
from voila.shutdown_kernel_handler import VoilaShutdownKernelHandler
from voila.static_file_handler import TemplateStaticFileHandler
from voila.tornado.handler import TornadoVoilaHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from squeezeviz.serving.kernels import STARTED

__all__ = ["EndOfPage", "KernelSocket", "KernelState", "Page", "TemplateFiles"]

_PROTOCOL = "v1.kernel.websocket.jupyter.org"
# A message has a channel, four parts and its buffers. The offsets of all come first, and Jupyter believes their number.
_LEAST_OFFSETS, _MOST_OFFSETS = 6, 4096
_THEME = re.compile(r"[\w@/. -]{1,100}")  # it is written into the page as it came
_RETRY_S = 30


class Page(TornadoVoilaHandler):
    """The notebook's page. Each time it is asked for, a kernel is started."""

    _is_left = False

    @authenticated
    async def get(self, path: str | None = None) -> None:
        """Run the notebook, and send what it shows, until that is all, or whoever asked or the kernel is gone."""
        theme = self.get_query_argument("theme", None)
        if theme is not None and not _THEME.fullmatch(theme):
            raise HTTPError(400, "theme: expected a name such as dark")
        async with aclosing(self.get_generator(path=path)) as parts:
            async for part in parts:  # every few seconds, if only to say that there is more
                self.write(part)
                self.flush()
                kernel_id = STARTED.get()
                if kernel_id and not self.kernel_manager.is_there(kernel_id):
                    return
                if kernel_id and self._is_left:
                    await self.kernel_manager.shutdown_kernel(kernel_id)
                    return
                if kernel_id:
                    self.kernel_manager.see(kernel_id)

    def on_connection_close(self) -> None:
        """Note that whoever asked has left before the page was whole."""
        self._is_left = True
        super().on_connection_close()

    def redirect_to_file(self, path: str) -> None:  # noqa: ARG002 - Voilà's own
        """Offer no files: Voilà would send to what lies beside the notebook."""
        raise HTTPError(404)

    def write_error(self, status_code: int, **options: Any) -> None:  # noqa: ANN401 - Tornado's own
        """Say in a page of its own what went wrong."""
        if status_code == 503:
            self.set_header("Retry-After", str(_RETRY_S))
        super().write_error(status_code, **options)

    def render_template(self, name: str, **values: Any) -> str:  # noqa: ANN401 - Voilà's own
        """Render one of our pages."""
        return str(super().render_template(name, places=self.kernel_manager.most, retry_s=_RETRY_S, **values))


class TemplateFiles(TemplateStaticFileHandler):
    """The styles and scripts of the one template that is used."""

    def parse_url_path(self, url_path: str) -> str:
        """Turn an address into a path; Voilà fails on all but the names of templates."""
        template = self.settings["voila"].voila_configuration.template
        parts = PurePosixPath(url_path).parts
        if parts[:2] != (template, "static") or len(parts) < 3 or ".." in parts:
            raise HTTPError(404)
        return str(super().parse_url_path(url_path))


class KernelState(KernelHandler):
    """A page asks for its kernel, by an id that nobody else knows. There is no list of them, and nothing to start."""

    SUPPORTED_METHODS = ("GET",)

    async def get(self, kernel_id: str) -> None:
        """Send the kernel's state, or 404 where it has ended."""
        if not self.kernel_manager.is_there(kernel_id):
            raise HTTPError(404)
        self.kernel_manager.see(kernel_id)
        await super().get(kernel_id)


class EndOfPage(VoilaShutdownKernelHandler):
    """A page says, as it is left, that its kernel can end."""

    SUPPORTED_METHODS = ("POST",)

    def check_xsrf_cookie(self) -> None:
        """Let it pass: a page has no such cookie, and the kernel's id says as much. Its origin is checked."""


class KernelSocket(VoilaKernelWebsocketHandler):
    """The messages between a page and its kernel, in the one protocol that Voilà can read."""

    async def get(self, kernel_id: str) -> None:
        """Open the websocket.

        Without the subprotocol Jupyter speaks its older one. Voilà would take the first bytes of such a message for the
        length of a list, and be at it for ever.
        """
        offered = self.request.headers.get("Sec-WebSocket-Protocol", "")
        if _PROTOCOL not in (name.strip() for name in offered.split(",")):
            raise HTTPError(400, f"expected the subprotocol {_PROTOCOL}")
        if not self.kernel_manager.is_there(kernel_id):
            raise HTTPError(404)
        await super().get(kernel_id)

    def on_message(self, message: str | bytes) -> None:
        """Hand a message on, if it can be one."""
        if is_readable(message):
            super().on_message(message)
        else:
            self.close(1007, "expected a message of a kernel")


def is_readable(message: str | bytes) -> bool:
    """Return whether a message's table of offsets is of a size that a message can have."""
    if isinstance(message, str) or len(message) < 8:
        return False
    count = int.from_bytes(message[:8], "little")
    return _LEAST_OFFSETS <= count <= _MOST_OFFSETS and 8 * (count + 1) <= len(message)
