"""A real HTTP server on the loopback that does what servers do at their worst."""

from __future__ import annotations

import contextlib
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO


class Server:
    """Answers ``/behaviour/file`` with the file's content, treated as the behaviour says."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files
        self.requests: list[str] = []
        self.url = ""

    def folder(self, behaviour: str) -> str:
        return f"{self.url}/{behaviour}/"


def _send(file: BinaryIO, body: bytes, behaviour: str, stop: threading.Event) -> None:
    if behaviour == "stalls":
        file.write(body[: len(body) // 2])
        file.flush()
        stop.wait(20)
    elif behaviour == "drips":
        for byte in body:
            file.write(bytes([byte]))
            file.flush()
            if stop.wait(0.001):
                return
    elif behaviour == "endless":
        while not stop.is_set():
            file.write(b"\0" * (1 << 16))
    else:
        if behaviour == "slow":
            time.sleep(0.3)
        file.write(body)


@contextlib.contextmanager
def serving(files: dict[str, bytes]) -> Iterator[Server]:
    server = Server(files)
    stop = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def do_GET(self):
            server.requests.append(self.path)
            _, behaviour, name = self.path.split("/", 2)
            content = server.files.get(name)
            if behaviour == "404" or content is None:
                self.send_error(404)
                return
            if behaviour == "500":
                self.send_error(500)
                return
            length = len(content)
            body = content
            if behaviour == "wrong":
                body = bytes([content[0] ^ 1]) + content[1:]
            elif behaviour == "truncated":
                body = content[: length // 2]
            elif behaviour == "promises-less":
                length = len(content) // 2
            elif behaviour == "endless":
                length = 1 << 40
            self.send_response(200)
            self.send_header("Content-Length", str(length))
            self.end_headers()
            with contextlib.suppress(OSError):
                _send(self.wfile, body, behaviour, stop)
            self.close_connection = True

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    httpd.daemon_threads = True
    server.url = f"http://127.0.0.1:{httpd.server_port}"
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        stop.set()
        httpd.shutdown()
        httpd.server_close()
        thread.join()
