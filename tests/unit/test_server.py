"""How JupyterLab is started, and where its notebooks are."""

import os

import pytest

from squeezeviz.errors import SqueezeVizError
from squeezeviz.serving import server


def test_the_server_stays_on_the_loopback_and_takes_large_messages(tmp_path):
    command = server.lab_command(tmp_path / "a.ipynb", port=1234, browser=False)
    assert "--ServerApp.ip=127.0.0.1" in command
    assert "--ServerApp.tornado_settings={'websocket_max_message_size': 209715200}" in command
    assert "--ServerApp.port=1234" in command
    assert "--no-browser" in command
    assert f"--ServerApp.root_dir={tmp_path}" in command
    assert not any("browser" in part for part in server.lab_command(tmp_path / "a.ipynb"))


@pytest.mark.slow
def test_the_app_stays_on_the_loopback_and_takes_large_messages(tmp_path):
    pytest.importorskip("voila", reason="Voilà is not installed")
    command = server.app_command(tmp_path / "a.ipynb", port=1234, browser=False)
    assert str(tmp_path / "a.ipynb") in command
    assert "--Voila.ip=127.0.0.1" in command
    assert "--VisitorKernels.most=32" in command
    assert "--Voila.port=1234" in command
    assert "--no-browser" in command
    assert not any("browser" in part for part in server.app_command(tmp_path / "a.ipynb"))
    assert "--VisitorKernels.cull_idle_timeout=1800" in server.app_command(tmp_path / "a.ipynb", idle_minutes=30)


@pytest.mark.parametrize("command", [server.lab_command, server.app_command])
def test_a_further_host_is_allowed_by_its_name_alone(tmp_path, command):
    if command is server.app_command:
        pytest.importorskip("voila", reason="Voilà is not installed")
    told = command(tmp_path / "a.ipynb", allow_hosts=["Class.Example.org", "hub"])
    assert [part.partition("=")[2] for part in told if "host" in part][-2:] == ["class.example.org", "hub"]
    for name in ("https://class.example.org", "class.example.org:8000", "*", "", "a b", "-x", "[::1]", "a/../b"):
        with pytest.raises(SqueezeVizError, match="expected a host's name alone"):
            command(tmp_path / "a.ipynb", allow_hosts=[name])


@pytest.mark.parametrize(("set_to", "expected"), [(None, None), ("", ""), ("/a", "/a"), ("b:/a:", "{here}/b:/a")])
def test_a_persons_pythonpath_goes_on_working_wherever_the_server_runs(monkeypatch, tmp_path, set_to, expected):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PYTHONPATH", raising=False)
    if set_to is not None:
        monkeypatch.setenv("PYTHONPATH", set_to.replace(":", os.pathsep))
    found = server.server_environment().get("PYTHONPATH")
    assert found == (expected and expected.format(here=tmp_path).replace(":", os.pathsep))


def test_servers_and_their_kernels_report_to_nobody():
    assert server.server_environment()["ORT_DISABLE_TELEMETRY"] == "1"


def test_without_voila_the_app_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(server.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(SqueezeVizError, match=r"squeezeviz\[app\]"):
        server.app_command(tmp_path / "a.ipynb")


@pytest.mark.parametrize("before", [None, "/elsewhere"])
def test_voila_finds_our_template_and_a_persons_own_folders_stay(monkeypatch, before):
    paths = pytest.importorskip("voila.paths", reason="Voilà is not installed")
    monkeypatch.delenv("JUPYTER_PATH", raising=False)
    if before:
        monkeypatch.setenv("JUPYTER_PATH", before)
    environment = server.server_environment()
    assert environment["JUPYTER_PATH"].split(os.pathsep)[1:] == ([before] if before else [])
    monkeypatch.setenv("JUPYTER_PATH", environment["JUPYTER_PATH"])
    found = paths.collect_template_paths(["voila", "nbconvert"], "squeezeviz", prune=True)
    assert found[0] == str(server.PACKAGE / "share/jupyter/voila/templates/squeezeviz")
    assert any(path.endswith("voila/templates/lab") for path in found)


def test_voilas_error_page_asks_no_other_host(monkeypatch):
    paths = pytest.importorskip("voila.paths", reason="Voilà is not installed")
    jinja2 = pytest.importorskip("jinja2")
    monkeypatch.setenv("JUPYTER_PATH", server.server_environment()["JUPYTER_PATH"])
    found = paths.collect_template_paths(["voila", "nbconvert"], "squeezeviz", prune=True)
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(found), autoescape=True, extensions=["jinja2.ext.i18n"]
    )
    shown = environment.get_template("error.html").render(status_code=404, status_message="Not Found", base_url="/")
    assert "404: Not Found" in shown
    assert "http" not in shown


def test_from_a_wheel_notebooks_are_copied_and_changes_kept(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(server, "is_checkout", lambda: False)
    folder = server.workspace()
    assert folder == tmp_path / "squeezeviz-notebooks"
    (folder / "01_predict.ipynb").write_text("mine")
    assert server.workspace() == folder
    assert (folder / "01_predict.ipynb").read_text() == "mine"


def test_a_folder_that_cannot_be_made(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(server, "is_checkout", lambda: False)
    (tmp_path / "squeezeviz-notebooks").write_text("in the way")
    with pytest.raises(SqueezeVizError, match="cannot be copied"):
        server.workspace()
