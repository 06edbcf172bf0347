"""Runs a program in a network of its own that leads nowhere, and tells whom it asked for: every name, every address.

Linux only, and without privileges where the system lets people make namespaces. In there every address is the machine
itself, where nobody listens, and every name is unknown. A packet filter sees what is sent by whatever means: C++ that
never calls Python's ``socket`` as well as a child process. What talks to itself over the loopback is not told.
"""

from __future__ import annotations

import ctypes
import ipaddress
import json
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
_WAYS = (("--map-root-user", "--net", "--mount"), ("--net", "--mount"))  # a person's; root's where the first is closed


@dataclass(frozen=True)
class Heard:
    """What was asked for.

    Attributes:
        names: That were looked up.
        addresses: To which packets were sent.
        seconds: How long the program ran.
        code: Its exit code.
        output: What it printed on either stream.
    """

    names: set[str]
    addresses: set[str]
    seconds: float
    code: int
    output: str


def way_in() -> tuple[str, ...] | None:
    """Return the command that makes such a network, or None where that is not allowed."""
    for options in _WAYS if sys.platform == "linux" and shutil.which("unshare") else ():
        command = ("unshare", *options, "--", sys.executable, str(Path(__file__)))
        if subprocess.run([*command, os.devnull, "it ends", "true"], capture_output=True, check=False).returncode == 0:
            return command
    return None


def listen(
    way: tuple[str, ...], command: list[str], *, folder: Path, environment: dict[str, str], until: str = "it ends"
) -> Heard:
    """Run a program in such a network until ``"it ends"``, or ``"a name"`` is looked up."""
    report = folder / "heard.json"
    done = subprocess.run(
        [*way, str(report), until, *command],
        cwd=ROOT, env=environment, check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    assert report.is_file(), done.stdout
    told = json.loads(report.read_text())
    assert told["lost"] == 0, "packets that nobody saw"
    return Heard(set(told["names"]), set(told["addresses"]), told["seconds"], done.returncode, done.stdout)


# In there -------------------------------------------------------------------------------------------------------------


def main(report: str, until: str, *command: str) -> int:
    _everything_is_here()
    _ask_only_us()
    names: set[str] = set()
    is_heard = threading.Event()
    sniffer = _sniffer()
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("0.0.0.0", 53))
    threading.Thread(target=_answer_names, args=(server, names, is_heard), daemon=True).start()
    start = time.monotonic()
    process = subprocess.Popen(command)
    if until == "a name":
        threading.Thread(target=lambda: is_heard.wait() and process.terminate(), daemon=True).start()
    code = process.wait()
    addresses = _caught(sniffer)
    _, lost = struct.unpack("II", sniffer.getsockopt(263, 6, 8))  # SOL_PACKET, PACKET_STATISTICS
    told = {"names": sorted(names), "addresses": sorted(addresses), "lost": lost, "seconds": time.monotonic() - start}
    Path(report).write_text(json.dumps(told))
    return code


def _everything_is_here() -> None:
    """Switch the loopback on, and send all addresses there: `ip route add local default dev lo`, which may be missing."""
    import fcntl

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh14x", b"lo", 0x1 | 0x40))  # SIOCSIFFLAGS, IFF_UP | IFF_RUNNING
    loopback = struct.pack("HHI", 8, 4, socket.if_nametoindex("lo"))  # RTA_OIF
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as kernel:  # NETLINK_ROUTE
        for family in (socket.AF_INET, socket.AF_INET6):
            # struct rtmsg: table local, protocol boot, scope host (of IPv6: all), type local
            scope = 254 if family == socket.AF_INET else 0
            route = struct.pack("8BI", family, 0, 0, 0, 255, 3, scope, 2, 0) + loopback
            # struct nlmsghdr: RTM_NEWROUTE; request, acknowledge, create
            kernel.send(struct.pack("IHHII", 16 + len(route), 24, 0x1 | 0x4 | 0x400, 1, 0) + route)
            (error,) = struct.unpack_from("i", kernel.recv(4096), 16)
            if error and family == socket.AF_INET:  # a machine may have no IPv6
                raise OSError(-error, os.strerror(-error))


def _ask_only_us() -> None:
    """Have names looked up at our server, by no daemon that lives outside."""
    own = Path(tempfile.gettempdir())
    for place, content in (
        ("/etc/resolv.conf", "nameserver 127.0.0.1\n"),
        ("/etc/nsswitch.conf", "passwd: files\nhosts: files dns\n"),
    ):
        if Path(place).exists():
            text = own / f"squeezeviz-{os.getpid()}-{Path(place).name}"
            text.write_text(content)
            _mount(text, Path(place).resolve())
            text.unlink()
    if Path("/var/run/nscd").is_dir():
        empty = own / f"squeezeviz-{os.getpid()}-nscd"
        empty.mkdir()
        _mount(empty, Path("/var/run/nscd").resolve())
        empty.rmdir()


def _mount(source: Path, target: Path) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(os.fsencode(source), os.fsencode(target), None, 4096, None):  # MS_BIND
        raise OSError(ctypes.get_errno(), f"{target} cannot be replaced")


def _answer_names(server: socket.socket, names: set[str], is_heard: threading.Event) -> None:
    """Answer to every question that there is no such name."""
    while True:
        question, asker = server.recvfrom(4096)
        parts, at = [], 12
        while question[at]:
            parts.append(question[at + 1 : at + 1 + question[at]])
            at += 1 + question[at]
        names.add(b".".join(parts).decode("ascii", "replace"))
        is_heard.set()
        server.sendto(question[:2] + b"\x81\x83" + question[4:6] + bytes(6) + question[12 : at + 5], asker)


def _sniffer() -> socket.socket:
    """Return a socket that keeps the beginning of every packet to elsewhere than 127.* and ::1, unread until the end."""
    byte, word, mask, equals, end = 0x30, 0x20, 0x54, 0x15, 0x06  # the kernel's packet filter, classic BPF
    program = [
        (byte, 0, 0, 0), (mask, 0, 0, 0xF0), (equals, 0, 2, 0x40),  # IPv4?
        (byte, 0, 0, 16), (equals, 9, 8, 127),  # then: to 127.*?
        (word, 0, 0, 24), (equals, 0, 6, 0), (word, 0, 0, 28), (equals, 0, 4, 0),  # else: to ::1?
        (word, 0, 0, 32), (equals, 0, 2, 0), (word, 0, 0, 36), (equals, 1, 0, 1),
        (end, 0, 0, 64), (end, 0, 0, 0),
    ]  # fmt: skip
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in program))
    sniffer = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM)  # of no protocol yet: it hears nothing
    sniffer.setsockopt(socket.SOL_SOCKET, 26, struct.pack("HxxxxxxP", len(program), ctypes.addressof(code)))
    sniffer.bind(("lo", 3))  # ETH_P_ALL
    return sniffer


def _caught(sniffer: socket.socket) -> set[str]:
    sniffer.setblocking(False)
    addresses = set()
    while True:
        try:
            packet = sniffer.recv(64)
        except BlockingIOError:
            return addresses
        target = packet[16:20] if packet[0] >> 4 == 4 else packet[24:40]
        addresses.add(str(ipaddress.ip_address(target)))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
