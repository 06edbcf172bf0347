"""A server of files as static hosts are: it reads the folder's headers, and sends compressed what lies there so."""

from __future__ import annotations

import fnmatch
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

KINDS = {".html": "text/html", ".js": "text/javascript", ".css": "text/css"}


class StaticHost:
    """A folder under a path of a server on 127.0.0.1, which may be stopped and started again.

    Attributes:
        folder: What it serves.
        asked: Each request's path within the folder, and how many bytes were sent.
        processor_s: What answering them took.
    """

    def __init__(self, folder: Path, under: str = "/classes/explorer") -> None:
        self.folder, self.under = folder, under
        self.asked: list[tuple[str, int]] = []
        self.processor_s = 0.0
        self._server: ThreadingHTTPServer | None = None
        self._port = 0
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}{self.under}/"

    def start(self) -> None:
        """Listen, at the same port as before."""
        host = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                host.answer(self)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", self._port), Handler)
        self._port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """Listen no more."""
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def answer(self, asked: BaseHTTPRequestHandler) -> None:
        """Send the file that is asked for."""
        start = time.thread_time()
        path = asked.path.partition("?")[0].removeprefix(f"{self.under}/") or "index.html"
        file = self.folder / path
        if not asked.path.startswith(f"{self.under}/") or not file.is_file():
            asked.send_error(404)
            return
        packed = file.with_name(f"{file.name}.gz")
        is_packed = packed.is_file() and "gzip" in asked.headers.get("Accept-Encoding", "")
        content = (packed if is_packed else file).read_bytes()
        asked.send_response(200)
        asked.send_header("Content-Type", KINDS.get(file.suffix, "application/octet-stream"))
        asked.send_header("Content-Length", str(len(content)))
        if is_packed:
            asked.send_header("Content-Encoding", "gzip")
        for name, value in self._headers(path).items():
            asked.send_header(name, value)
        self.asked.append((path, len(content)))
        asked.end_headers()
        asked.wfile.write(content)
        self.processor_s += time.thread_time() - start

    def _headers(self, path: str) -> dict[str, str]:
        """What ``_headers`` says of a path."""
        found: dict[str, str] = {}
        is_meant = False
        for line in (self.folder / "_headers").read_text().splitlines():
            rule = line.strip()
            if not line.startswith(" "):
                is_meant = fnmatch.fnmatch(f"/{path}", line)
            elif is_meant:
                name, _, value = rule.partition(": ")
                found[name] = value
        return found
