"""The visitors' kernels: so many and no more, each for as long as somebody looks at its page."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
import time
import weakref
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from jupyter_core.utils import ensure_async
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado.web import HTTPError
from traitlets import Dict, Float, Instance, Integer, Set, Unicode, default

from squeezeviz.explorer.models.folder import VISITOR_VARIABLE
from squeezeviz.network.shared_weights import FOLDER_VARIABLE
from squeezeviz.serving.server import IDLE_MINUTES

__all__ = ["STARTED", "VisitorKernels"]

STARTED: ContextVar[str] = ContextVar("STARTED", default="")  # the kernel that a request has started


class VisitorKernels(AsyncMappingKernelManager):
    """Kernels that end when their page is gone, and are bounded in number.

    A page shows that it is there by its websocket and, until that is open, by asking for its kernel now and then. A
    kernel that nobody has asked for is soon ended; one whose page has been there is kept a while, for a laptop that
    was closed or a network that was lost.
    """

    most = Integer(32, min=1, config=True, help="How many kernels there may be at a time.")
    unclaimed_s = Float(45, config=True, help="Seconds until a kernel is ended whose page never showed itself.")
    absent_s = Float(300, config=True, help="Seconds until a kernel is ended whose page has gone without a word.")
    patience_s = Float(3, config=True, help="Seconds that a new page waits for a place when all are taken.")

    _starting = Set(Unicode())
    _ending = Set(Unicode())
    _claimed = Set(Unicode())
    _folders = Instance(Path, help="In it a folder of each kernel; gone with the server.")
    _seen = Dict(help="Of each kernel, when its page last showed itself: seconds of the monotonic clock.")

    @default("_folders")
    def _made_for_all(self) -> Path:
        made = Path(tempfile.mkdtemp(prefix="squeezeviz-visitors-"))
        weakref.finalize(self, shutil.rmtree, made, ignore_errors=True)
        return made

    # A page that is open but forgotten ends as well, at last; it says so when somebody comes back to it.
    @default("cull_idle_timeout")
    def _ended_when_idle(self) -> int:
        return 60 * IDLE_MINUTES

    @default("cull_interval")
    def _looked_after(self) -> int:
        return 5

    @default("cull_connected")
    def _ended_though_open(self) -> bool:
        return True

    async def start_kernel(self, **options: Any) -> str:  # noqa: ANN401 - Jupyter's own
        """Start a kernel, where there is a place for one.

        Raises:
            HTTPError: 503: all places are taken.
        """
        kernel_id = options.pop("kernel_id", None) or self.new_kernel_id()
        await self._take_place(kernel_id)
        # What a visitor brings is its own, and goes with it.
        environment = {**(options.pop("env", None) or os.environ), VISITOR_VARIABLE: str(self._folder_of(kernel_id))}
        environment.setdefault(FOLDER_VARIABLE, str(self._folders))  # weights are the same for all: held once
        try:
            await super().start_kernel(kernel_id=kernel_id, env=environment, **options)
        finally:
            self._starting.discard(kernel_id)
        self.see(kernel_id)
        STARTED.set(kernel_id)
        return str(kernel_id)

    def _folder_of(self, kernel_id: str) -> Path:
        return self._folders / kernel_id

    async def _take_place(self, kernel_id: str) -> None:
        """Reserve a place; wait a moment for one, since a reloaded page may come before its old kernel is let go."""
        deadline = time.monotonic() + self.patience_s
        while self.taken() >= self.most:
            if time.monotonic() > deadline:
                raise HTTPError(503, "all %d places are taken", self.most)
            await asyncio.sleep(0.05)
        self._starting.add(kernel_id)

    def taken(self) -> int:
        """Return how many kernels there are, with those that are being started and without those that are ending."""
        return len(self._starting | set(self.list_kernel_ids()) - self._ending)

    def is_there(self, kernel_id: str) -> bool:
        """Return whether there is such a kernel, and it is not about to end."""
        return kernel_id in self and kernel_id not in self._ending

    def see(self, kernel_id: str) -> None:
        """Note that a kernel's page has shown itself."""
        self._seen[kernel_id] = time.monotonic()

    def notify_connect(self, kernel_id: str) -> None:
        """Note a websocket that was opened."""
        super().notify_connect(kernel_id)
        self._claimed.add(kernel_id)

    def notify_disconnect(self, kernel_id: str) -> None:
        """Note a websocket that was closed."""
        super().notify_disconnect(kernel_id)
        self.see(kernel_id)

    async def shutdown_kernel(self, kernel_id: str, now: bool = False, restart: bool = False) -> None:  # noqa: FBT001, FBT002 - Jupyter's own
        """End a kernel; its place is free at once."""
        if kernel_id in self._ending:
            return
        self._ending.add(kernel_id)
        try:
            await super().shutdown_kernel(kernel_id, now=now, restart=restart)
        finally:
            for noted in (self._ending, self._claimed):
                noted.discard(kernel_id)
            self._seen.pop(kernel_id, None)
            shutil.rmtree(self._folder_of(kernel_id), ignore_errors=True)

    async def cull_kernel_if_idle(self, kernel_id: str) -> None:
        """End a kernel if its page is gone or has been forgotten, or if it has died."""
        if self._is_left(kernel_id) or not await self._is_alive(kernel_id):
            self.log.info("Ending kernel %s: nobody looks at its page, or it has died", kernel_id)
            await self.shutdown_kernel(kernel_id)
        else:
            await super().cull_kernel_if_idle(kernel_id)

    async def _is_alive(self, kernel_id: str) -> bool:
        return kernel_id in self._starting or bool(await ensure_async(self.get_kernel(kernel_id).is_alive()))

    def _is_left(self, kernel_id: str) -> bool:
        if kernel_id in self._starting or self._kernel_connections.get(kernel_id, 0):
            return False
        patience = self.absent_s if kernel_id in self._claimed else self.unclaimed_s
        return bool(time.monotonic() - self._seen.get(kernel_id, 0.0) > patience)
