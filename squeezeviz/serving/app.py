"""Voilà with only what a page of ours needs: ``python -P -m squeezeviz.serving app notebook.ipynb``."""

from __future__ import annotations

import re
from typing import Any

from jupyter_core.paths import jupyter_config_path
from jupyter_server.base.handlers import FileFindHandler
from jupyter_server.services.kernels.handlers import KernelHandler
from jupyterlab_server.themes_handler import ThemesHandler
from traitlets import List, Unicode, default
from voila.app import Voila
from voila.shutdown_kernel_handler import VoilaShutdownKernelHandler
from voila.static_file_handler import MultiStaticFileHandler, TemplateStaticFileHandler
from voila.tornado.handler import TornadoVoilaHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from squeezeviz.serving.handlers import EndOfPage, KernelSocket, KernelState, Page, TemplateFiles
from squeezeviz.serving.headers import Headers
from squeezeviz.serving.hosts import FromElsewhere, Refused
from squeezeviz.serving.kernels import VisitorKernels
from squeezeviz.serving.server import WEBSOCKET_BYTES
from squeezeviz.serving.specs import IsolatedKernelSpecs

__all__ = ["App"]

# What Voilà offers and a page needs, and what we put in its place. Whatever is not here is not offered: files beside
# the notebook, lists of folders, logging in, and what later versions of Voilà may add.
_OFFERED: dict[type, type] = {
    TornadoVoilaHandler: Page,
    VoilaKernelWebsocketHandler: KernelSocket,
    KernelHandler: KernelState,
    VoilaShutdownKernelHandler: EndOfPage,
    TemplateStaticFileHandler: TemplateFiles,
    MultiStaticFileHandler: MultiStaticFileHandler,
    ThemesHandler: ThemesHandler,
    FileFindHandler: FileFindHandler,  # the front ends of widgets
}
# What a page may say to its kernel: nothing that runs code.
_MESSAGES = ["comm_open", "comm_close", "comm_msg", "comm_info_request", "kernel_info_request"]


class App(Voila):
    """Voilà for one notebook, for hosts that were named, and with kernels that are bounded."""

    allowed_hosts = List(Unicode(), config=True, help="Names of hosts that are answered to, beside the local ones.")
    classes = [*Voila.classes, VisitorKernels]  # noqa: RUF012 - traitlets' own

    @default("config_file_paths")
    def _without_the_working_folder(self) -> list[str]:
        return list(jupyter_config_path())  # Voilà would run a voila.py of whatever folder it is started from

    def init_settings(self) -> dict[str, Any]:
        """Make the server's settings."""
        self.voila_configuration.multi_kernel_manager_class = VisitorKernels
        self.voila_configuration.kernel_spec_manager_class = IsolatedKernelSpecs
        self.voila_configuration.allow_template_override = "NO"  # others ask other hosts for their styles
        self.voila_configuration.preheat_kernel = False  # kernels that wait would take visitors' places
        self.voila_configuration.progressive_rendering = False  # it takes another websocket, which is not offered
        # A kernel that has died is not started anew: it would know nothing of what the page shows.
        self.config.KernelManager.autorestart = False
        settings: dict[str, Any] = super().init_settings()
        self.kernel_manager.allowed_message_types = _MESSAGES
        self.kernel_manager.allow_tracebacks = False
        settings["websocket_max_message_size"] = WEBSOCKET_BYTES
        settings["transforms"] = [Headers]
        settings["allow_remote_access"] = False
        settings["local_hostnames"] = ["localhost", *self.allowed_hosts]
        if self.allowed_hosts:  # a proxy may ask for 127.0.0.1, and hand on the origin that the browser sees
            names = "|".join(re.escape(name) for name in self.allowed_hosts)
            settings["allow_origin_pat"] = rf"https?://({names})(:\d+)?$"
        return settings

    def init_handlers(self) -> list[Any]:
        """Return what is offered, behind the check of who asks."""
        routes: list[Any] = [(FromElsewhere(self.allowed_hosts), Refused, {"allowed": self.allowed_hosts})]
        for pattern, handler, *rest in super().init_handlers():
            if handler in _OFFERED:
                routes.append((pattern, _OFFERED[handler], *rest))
        return routes
