"""How JupyterLab is started, and where its notebooks are."""

import pytest

from squeezeviz import server
from squeezeviz.errors import SqueezeVizError


def test_the_server_stays_on_the_loopback_and_takes_large_messages(tmp_path):
    command = server.lab_command(tmp_path / "a.ipynb", port=1234, browser=False)
    assert "--ServerApp.ip=127.0.0.1" in command
    assert "--ServerApp.tornado_settings={'websocket_max_message_size': 209715200}" in command
    assert "--ServerApp.port=1234" in command
    assert "--no-browser" in command
    assert f"--ServerApp.root_dir={tmp_path}" in command
    assert not any("browser" in part for part in server.lab_command(tmp_path / "a.ipynb"))


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
