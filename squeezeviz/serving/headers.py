"""What every answer of an app says beside its content: whom a page may ask, what it may run, and who may frame it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tornado.web import OutputTransform

if TYPE_CHECKING:
    from tornado.httputil import HTTPHeaders

__all__ = ["PAGE_POLICY", "SAID", "Headers"]

#: Of pages. Voilà writes scripts and styles into its page, so that inline ones are allowed; none is from another host,
#: and no text is run as a program. Widgets come as blobs, as does the page's own engine, which is WebAssembly.
PAGE_POLICY = "; ".join([
    "default-src 'none'",
    "script-src 'self' blob: 'unsafe-inline' 'wasm-unsafe-eval'",
    "worker-src 'self' blob:",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "media-src 'self' blob:",
    "connect-src 'self' blob: data:",
    "frame-ancestors 'self'",
    "base-uri 'none'",
    "form-action 'none'",
])  # fmt: skip
#: Of anything else that is answered, should somebody open it as a page.
_OTHER_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"

#: On every answer.
SAID = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
}


class Headers(OutputTransform):
    """Adds the headers to whatever is answered, be it a page, a file, an error or a refusal."""

    def transform_first_chunk(
        self,
        status_code: int,
        headers: HTTPHeaders,
        chunk: bytes,
        finishing: bool,  # noqa: ARG002, FBT001 - Tornado's own
    ) -> tuple[int, HTTPHeaders, bytes]:
        """Add them before the first bytes are sent."""
        for name, value in SAID.items():
            headers[name] = value
        is_page = headers.get("Content-Type", "").startswith("text/html")
        headers["Content-Security-Policy"] = PAGE_POLICY if is_page else _OTHER_POLICY
        headers.pop("Server", None)  # which version of Tornado it is helps nobody who may be here
        return status_code, headers, chunk
