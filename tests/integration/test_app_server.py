"""What a visitor of the app can ask for: real requests, among them those that no browser of ours would send."""

import re
import socket
import uuid
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import psutil
import pytest
import websocket

from squeezeviz.serving.headers import SAID
from tests.kernel_socket import answers, message, still_answers, talking
from tests.servers import ASK_S, SOURCE, app, eventually, notebook

pytest.importorskip("voila", reason="Voilà is not installed")

STATIC = "/voila/static/voila.js"
SECRET = b"nobody's business"
MODEST = ("--VisitorKernels.cull_interval=1", "--VisitorKernels.patience_s=1")


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    folder = tmp_path_factory.mktemp("served")
    for name in ("photo.png", "notes.txt", "voila.css"):
        (folder / name).write_bytes(SECRET)
    with app(folder, "--VisitorKernels.unclaimed_s=900", allow_hosts=["Class.example.org"]) as running:
        yield running


@pytest.fixture(scope="module")
def kernel_id(served):
    """A kernel whose page was asked for."""
    return served.ask().kernel_id


def refused(running, kernel_id, **options):
    """The status with which a websocket is refused."""
    with pytest.raises(websocket.WebSocketBadStatusException) as caught, talking(running, kernel_id, **options):
        pass
    return caught.value.status_code


# Who asks -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "LocalHost:8866", "[::1]:80", "class.example.org:443"])
def test_local_names_and_those_allowed_are_answered(served, name):
    assert served.ask(STATIC, Host=name).status == 200


@pytest.mark.parametrize(
    "name",
    ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "localhost.evil.example", "10.0.0.1", "[::2]", "class.example.org.evil"],
)  # fmt: skip
@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/"), ("GET", STATIC), ("GET", "/voila/templates/squeezeviz/static/presence.js"), ("GET", "/nothing"),
     ("GET", "/api/kernels/{kernel_id}"), ("POST", "/voila/api/shutdown/{kernel_id}"), ("PUT", "/")],
)  # fmt: skip
def test_other_names_are_not(served, kernel_id, name, method, path):
    before = served.kernels()
    answer = served.ask(path.format(kernel_id=kernel_id), method, Host=name, Origin=f"http://{name}")
    assert answer.status == 403
    assert b"--allow-host NAME" in answer.body
    assert served.kernels() == before


def test_what_a_page_elsewhere_sends_is_refused(served, kernel_id):
    for origin in ("http://evil.example", "null", "https://127.0.0.1.evil.example"):
        assert served.ask(STATIC, Origin=origin).status == 403
        assert served.ask(f"/voila/api/shutdown/{kernel_id}", "POST", Origin=origin).status == 403
    assert served.ask("/", Sec_Fetch_Site="cross-site", Sec_Fetch_Dest="image").status == 403
    assert served.ask(STATIC, Sec_Fetch_Site="cross-site", Sec_Fetch_Dest="document").status == 200
    assert served.ask(f"/api/kernels/{kernel_id}").status == 200, "its kernel is as before"


@pytest.mark.parametrize(
    ("host", "origin"),
    [("evil.example", "http://evil.example"), (None, "http://evil.example"), (None, "null"), (None, "http://127.0.0.1:1"),
     ("evil.example", None)],
)  # fmt: skip
def test_no_websocket_for_a_page_elsewhere(served, kernel_id, host, origin):
    assert refused(served, kernel_id, host=host, origin=origin) == 403


def test_a_websocket_through_a_proxy_that_is_allowed(served, kernel_id):
    for host in ("class.example.org", f"127.0.0.1:{served.port}"):
        assert answers(served, kernel_id, host=host, origin="https://class.example.org")


# What is offered ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    ["/voila/files/photo.png", "/photo.png", "/files/photo.png", "/voila/files/own.ipynb", "/own.ipynb", "/notes.txt",
     "/voila/static/../../photo.png", "/voila/static/%2e%2e/photo.png", "/voila/templates/squeezeviz/static/../photo.png",
     "/voila/templates/../photo.png", "/voila/templates/lab/static/voila.js", "/voila/templates/x", "/voila/labextensions/../photo.png",
     "/voila/themes/../photo.png", "/voila/render/own.ipynb", "/voila/tree", "/voila/api/contents/", "/api/contents",
     "/api/kernels", "/api/sessions", "/api/kernelspecs", "/api/terminals", "/api/status", "/metrics", "/login", "/logout"],
)  # fmt: skip
def test_nothing_else_is_there(served, path):
    before = served.kernels()
    answer = served.ask(path)
    assert answer.status in {403, 404}
    assert SECRET not in answer.body
    assert b"ipywidgets.Image" not in answer.body
    assert served.kernels() == before


def test_a_folder_of_its_own_by_its_whole_path_is_not_there(served):
    assert served.ask(f"/voila/static/{served.log}").status == 403


def test_no_kernel_is_started_changed_or_ended_by_other_means(served, kernel_id):
    before = served.kernels()
    for method, path in [
        ("POST", "/api/kernels"), ("POST", "/api/sessions"), ("POST", "/api/terminals"), ("DELETE", f"/api/kernels/{kernel_id}"),
        ("POST", f"/api/kernels/{kernel_id}/restart"), ("POST", f"/api/kernels/{kernel_id}/interrupt"),
        ("PATCH", f"/api/kernels/{kernel_id}"), ("POST", "/"),
    ]:  # fmt: skip
        assert served.ask(path, method, "{}", Content_Type="application/json").status in {403, 404, 405}
    assert served.kernels() == before
    assert served.ask(f"/api/kernels/{kernel_id}").status == 200
    assert served.ask(f"/api/kernels/{uuid.uuid4()}").status == 404


@pytest.mark.parametrize("theme", ['"><script>alert(1)</script>', "x' onload='", "a" * 500])
def test_a_theme_is_a_name(served, theme):
    answer = served.ask(f"/?theme={quote(theme)}")
    assert answer.status == 400
    assert theme.encode() not in answer.body


def test_a_template_of_voilas_cannot_be_chosen(served):
    assert b"cdn" not in served.ask("/?template=classic").body


# What is said to a kernel ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "channel"),
    [("execute_request", "shell"), ("execute_request", "control"), ("shutdown_request", "control"),
     ("interrupt_request", "control"), ("debug_request", "control"), ("inspect_request", "shell"),
     ("complete_request", "shell"), ("history_request", "shell"), ("create_subshell_request", "control"),
     ("input_reply", "stdin")],
)  # fmt: skip
def test_a_page_cannot_have_code_run(served, kernel_id, tmp_path, kind, channel):
    mark = tmp_path / "run"
    code = f"open({str(mark)!r}, 'w')"
    content = {"code": code, "silent": False, "restart": False, "cursor_pos": 1, "value": code, "user_expressions": {}}

    with talking(served, kernel_id) as opened:
        opened.send_binary(message(kind, content, channel))
        said = still_answers(opened)
    assert kind.replace("request", "reply") not in said
    assert "execute_input" not in said
    assert not mark.exists()


def test_a_websocket_in_the_older_protocol_is_refused(served, kernel_id):
    for protocols in [(), ("v0.kernel",)]:
        assert refused(served, kernel_id, protocols=protocols) == 400
    assert answers(served, kernel_id)
    assert refused(served, uuid.uuid4()) == 404


@pytest.mark.parametrize(
    "frame",
    [b"", b"\xff" * 8, b"\xff" * 64, (2**60).to_bytes(8, "little"), (5).to_bytes(8, "little") * 9, bytes(64), "{}",
     (4097).to_bytes(8, "little") + bytes(8 * 4100), (7).to_bytes(8, "little") + bytes(64),
     message("comm_msg", {}, "iopub"), message("comm_msg", {}, "nowhere")],
    ids=lambda frame: str(frame[:12]),
)  # fmt: skip
def test_what_is_no_message_costs_its_sender_the_websocket_at_most(served, kernel_id, frame):
    with talking(served, kernel_id) as opened:
        (opened.send if isinstance(frame, str) else opened.send_binary)(frame)
    assert answers(served, kernel_id)


# How long, and how many -----------------------------------------------------------------------------------------------


def test_a_page_that_is_asked_for_and_never_opened_leaves_no_kernel(tmp_path):
    with app(tmp_path, "--VisitorKernels.unclaimed_s=0.5", *MODEST) as running:
        for _ in range(2):
            assert running.ask().status == 200
        eventually(lambda: running.kernels() == 0)


@pytest.fixture(scope="module")
def hasty(tmp_path_factory):
    """A server that ends kernels soon; what its notebook is, each test says."""
    folder = tmp_path_factory.mktemp("hasty")
    options = "--VoilaConfiguration.http_keep_alive_timeout=1", "--VisitorKernels.absent_s=0.5"
    with app(folder, *options, *MODEST) as running:
        yield lambda source=SOURCE: notebook(folder / "own.ipynb", source) and running


def test_a_page_that_is_left_while_it_is_made_leaves_no_kernel(hasty):
    running = hasty("import time; time.sleep(300)")
    asked = socket.create_connection(("127.0.0.1", running.port), timeout=ASK_S)
    asked.sendall(f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{running.port}\r\n\r\n".encode())
    eventually(lambda: running.kernels() == 1)
    asked.close()
    eventually(lambda: running.kernels() == 0)


def test_a_page_whose_kernel_dies_while_it_is_made_comes_to_an_end(hasty):
    running = hasty("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    assert running.ask().status == 200
    eventually(lambda: running.kernels() == 0)


def test_a_page_that_goes_without_a_word_leaves_no_kernel(hasty):
    running = hasty()
    kernel_id = running.ask().kernel_id
    assert answers(running, kernel_id)
    eventually(lambda: running.kernels() == 0)
    assert running.ask(f"/api/kernels/{kernel_id}").status == 404


def test_a_page_that_is_forgotten_open_ends_at_last(tmp_path):
    with (
        app(tmp_path, "--VisitorKernels.cull_idle_timeout=10", *MODEST) as running,
        talking(running, running.ask().kernel_id) as opened,
    ):
        still_answers(opened)
        eventually(lambda: running.kernels() == 0)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A server for two visitors."""
    with app(tmp_path_factory.mktemp("small"), *MODEST, visitors=2) as running:
        yield running


def test_every_answer_says_what_a_page_may_do(small):
    page = small.ask()
    answers = {
        "a page": page,
        "a file": small.ask("/voila/static/voila.js"),
        "nothing": small.ask("/nothing"),
        "a refusal": small.ask(Host="elsewhere.example"),
        "a kernel's state": small.ask(f"/api/kernels/{page.kernel_id}"),
        "no such file": small.ask("/voila/templates/squeezeviz/static/../index.html.j2"),
    }
    for what, answer in answers.items():
        for name, value in SAID.items():
            assert answer.headers[name] == value, what
        policy = answer.headers["Content-Security-Policy"]
        is_page = answer.headers["Content-Type"].startswith("text/html")
        assert policy.startswith("default-src 'none'; "), what
        assert ("sandbox" in policy) != is_page, what
        assert not re.search(r"https?:|\*|//", policy), "no other host"
        assert "Server" not in answer.headers, what
    assert small.ask(f"/voila/api/shutdown/{page.kernel_id}", "POST", Origin=small.url).status == 204


def test_a_page_that_says_so_as_it_is_left_leaves_no_kernel(small):
    first, second = small.ask().kernel_id, small.ask().kernel_id
    assert small.kernels() == 2
    assert small.ask(f"/voila/api/shutdown/{first}", "POST", Origin=small.url).status == 204
    eventually(lambda: small.kernels() == 1)
    assert small.ask(f"/api/kernels/{first}").status == 404
    assert small.ask(f"/voila/api/shutdown/{uuid.uuid4()}", "POST").status == 404
    assert small.ask(f"/voila/api/shutdown/{second}", "POST", Origin="http://127.0.0.1:1").status == 404
    assert small.ask(f"/api/kernels/{second}").status == 200
    assert small.ask(f"/voila/api/shutdown/{second}", "POST", Origin=small.url).status == 204
    eventually(lambda: small.kernels() == 0)


def test_there_are_no_more_kernels_than_allowed(small):
    with ThreadPoolExecutor(5) as pages:
        got = list(pages.map(lambda _: small.ask(), range(5)))
    assert sorted(answer.status for answer in got) == [200, 200, 503, 503, 503]
    assert small.kernels() == 2
    full = next(answer for answer in got if answer.status == 503)
    assert b"All places are taken" in full.body
    assert full.headers["Retry-After"] == "30"
    taken = next(answer.kernel_id for answer in got if answer.status == 200)
    assert small.ask(f"/voila/api/shutdown/{taken}", "POST").status == 204
    assert small.ask().status == 200


def test_it_ends_when_it_is_told_to_and_takes_its_kernels_along(served, kernel_id):
    # The last test: nobody asks this server any more.
    assert answers(served, kernel_id)
    started = psutil.Process(served.process.pid).children(recursive=True)
    assert started
    served.process.terminate()
    assert served.process.wait(ASK_S) == 0
    eventually(lambda: not any(child.is_running() for child in started))
