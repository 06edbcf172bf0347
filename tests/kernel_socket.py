"""A kernel's websocket, as a page has it and as no page of ours would use it."""

import contextlib
import json
import uuid

import websocket

from tests.servers import ASK_S

PROTOCOL = "v1.kernel.websocket.jupyter.org"


@contextlib.contextmanager
def talking(running, kernel_id, *, protocols=(PROTOCOL,), host=None, origin=None, token=""):
    """Open a kernel's websocket."""
    url = f"ws://127.0.0.1:{running.port}/api/kernels/{kernel_id}/channels?session_id=s&token={token}"
    opened = websocket.create_connection(
        url, timeout=ASK_S, subprotocols=list(protocols), host=host, origin=origin, suppress_origin=origin is None
    )
    try:
        yield opened
    finally:
        opened.close(timeout=1)


def message(kind, content, channel="shell"):
    """A message in Jupyter's newer form: the offsets of its parts, then the parts."""
    header = {
        "msg_id": uuid.uuid4().hex,
        "msg_type": kind,
        "session": "s",
        "username": "",
        "version": "5.4",
        "date": "",
    }
    parts = [channel.encode(), *(json.dumps(part).encode() for part in (header, {}, {}, content))]
    offsets = [8 * (len(parts) + 2)]
    for part in parts:
        offsets.append(offsets[-1] + len(part))
    return b"".join([*(number.to_bytes(8, "little") for number in (len(offsets), *offsets)), *parts])


def still_answers(opened):
    """Ask for what a kernel always tells; return the kinds of the messages that come until it does."""
    opened.send_binary(message("kernel_info_request", {}))
    kinds = []
    while "kernel_info_reply" not in kinds:
        received = opened.recv()
        assert received, f"closed after {kinds}"
        start, end = (int.from_bytes(received[at : at + 8], "little") for at in (16, 24))
        kinds.append(json.loads(received[start:end])["msg_type"])
    return kinds


def answers(running, kernel_id, **options):
    with talking(running, kernel_id, **options) as opened:
        return still_answers(opened)
