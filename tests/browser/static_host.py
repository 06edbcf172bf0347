"""A server of files as static hosts are: it reads the folder's headers, and sends compressed what lies there so."""

from __future__ import annotations

import fnmatch
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

KINDS = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".bin": "application/octet-stream"}


class StaticHost:
    """A folder under a path of a server on 127.0.0.1, which may be stopped and started again.

    Attributes:
        asked: Each request's path within the folder, and how many bytes were sent.
    """

    def __init__(self, folder: Path, under: str = "/classes/explorer") -> None:
        self.folder, self.under, self.asked = folder, under, []
        self._server, self._port = None, 0
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}{self.under}/"

    def start(self) -> None:
        """Listen, at the same port as before."""
        self._server = ThreadingHTTPServer(("127.0.0.1", self._port), self._handler())
        self._port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """Listen no more."""
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def headers(self, path: str) -> dict[str, str]:
        """What ``_headers`` says of a path, the last rule first; ``!`` takes a header of an earlier rule back."""
        found: dict[str, str] = {}
        is_meant = False
        for line in (self.folder / "_headers").read_text().splitlines():
            if not line.startswith(" "):
                is_meant = fnmatch.fnmatch(f"/{path}", line)
            elif is_meant and line.strip().startswith("!"):
                found.pop(line.strip()[1:].strip(), None)
            elif is_meant:
                name, _, value = line.strip().partition(": ")
                found[name] = value
        return found

    def _handler(self):
        host = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                path = self.path.partition("?")[0].removeprefix(f"{host.under}/") or "index.html"
                file = host.folder / path
                if not self.path.startswith(f"{host.under}/") or not file.is_file():
                    self.send_error(404)
                    return
                packed = file.with_name(f"{file.name}.gz")
                is_packed = packed.is_file() and "gzip" in self.headers.get("Accept-Encoding", "")
                content = (packed if is_packed else file).read_bytes()
                host.asked.append((path, len(content)))
                self.send_response(200)
                self.send_header("Content-Type", KINDS.get(file.suffix, "application/octet-stream"))
                self.send_header("Content-Length", str(len(content)))
                if is_packed:
                    self.send_header("Content-Encoding", "gzip")
                for name, value in host.headers(path).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_):
                pass

        return Handler
