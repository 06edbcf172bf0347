"""What is released: wheel and sdist are built, the wheel is installed into a fresh environment, and its servers are started."""

import importlib.util
import json
import os
import re
import signal
import subprocess
import sys
import sysconfig
import tarfile
import time
import urllib.error
import urllib.request
import venv
import zipfile
from pathlib import Path

import pytest

import squeezeviz
from squeezeviz.resources import is_checkout

ROOT = Path(__file__).parents[2]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not is_checkout(), reason="an installed wheel cannot build one"),
    pytest.mark.skipif(sys.platform != "linux", reason="processes are ended as Linux does it"),
]


def build(source, target, kind):
    pytest.importorskip("hatchling", reason="hatchling is not installed")
    command = [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(target)]
    subprocess.run(command, cwd=source, check=True, capture_output=True, timeout=120)
    (made,) = target.glob("*.whl" if kind == "wheel" else "*.tar.gz")
    return made


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    return build(ROOT, tmp_path_factory.mktemp("wheel"), "wheel")


@pytest.fixture(scope="module")
def sdist(tmp_path_factory):
    return build(ROOT, tmp_path_factory.mktemp("sdist"), "sdist")


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """The folder of programs of a fresh environment, with the wheel installed by pip.

    Its dependencies are those of the environment that runs the tests, so that nothing is fetched. `make dist` fetches
    them, and names the environment that it has made.
    """
    if made := os.environ.get("SQUEEZEVIZ_INSTALLED"):
        return Path(made).resolve() / "bin"
    folder = tmp_path_factory.mktemp("fresh") / "venv"
    has_pip = importlib.util.find_spec("pip") is not None  # where uv has made the environment it has none
    venv.create(folder, with_pip=not has_pip)
    python = folder / "bin" / "python"
    (packages,) = folder.glob("lib/python*/site-packages")
    # A folder named in a .pth file is looked in last, and its own .pth files, such as this checkout's, are not read.
    (packages / "others.pth").write_text(sysconfig.get_path("purelib") + "\n")
    pip = [sys.executable, "-m", "pip", "--python", python] if has_pip else [python, "-m", "pip"]
    install = [*pip, "install", "--quiet", "--no-index", "--no-deps", "--disable-pip-version-check", wheel]
    subprocess.run(install, check=True, capture_output=True, timeout=300, env=environment())
    return folder / "bin"


def environment(**more):
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "JUPYTER", "SQUEEZEVIZ"))
    }
    return {**kept, "SQUEEZEVIZ_OFFLINE": "1", **more}


def names(wheel):
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if not name.endswith("/RECORD")}


def test_the_wheel_of_the_sdist_is_the_wheel(sdist, wheel, tmp_path):
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    (source,) = tmp_path.iterdir()
    held = {path.suffix for path in source.rglob("*") if path.is_file()}  # before building adds what it compiles
    assert names(build(source, tmp_path / "wheel", "wheel")) == names(wheel)
    for name in (
        "LICENSE",
        "NOTICE",
        "CITATION.cff",
        "SECURITY.md",
        "CHANGELOG.md",
        "tests",
        "squeezeviz/frontend/src",
    ):
        assert (source / name).exists(), name
    assert not held & {".onnx", ".pyc", ".so", ".whl"}


def test_the_wheel_says_what_it_is(wheel):
    with zipfile.ZipFile(wheel) as archive:
        (about,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        metadata = archive.read(about).decode()
        licences = {Path(name).name for name in archive.namelist() if "/licenses/" in name}
        assert archive.read("squeezeviz/widgets/static/licenses.txt")
    assert f"\nVersion: {squeezeviz.__version__}\n" in metadata
    assert "\nLicense-Expression: Apache-2.0\n" in metadata
    assert licences == {"LICENSE", "NOTICE"}


def test_the_wheel_carries_the_bundled_model_and_nothing_that_is_not_ours(wheel, tmp_path):
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    carried = {path.name for path in (tmp_path / "squeezeviz/_shipped/data").rglob("*") if path.is_file()}
    assert carried == {
        "imagenet1000.tsv", "init_net.pb", "predict_net.pb", "labels.tsv", "README.md", "card.json", "training.json",
        "training.svg", "classes.jpg", "catalog.json", "catalog.parquet", "pictures.zip",
    }  # fmt: skip
    code = (
        "import squeezeviz as sv\n"
        "from squeezeviz.resources import shipped\n"
        "assert '_shipped' in str(shipped('data/imagenet1000.tsv')), sv.__file__\n"
        "print(sv.load_model('squeezenet1.1-shapes').predict('shape-heart').top(1)[0].label)"
    )
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "SQUEEZEVIZ_MODELS": "", "SQUEEZEVIZ_OFFLINE": "1"}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        check=False,
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.stderr == ""
    assert done.stdout.strip() == "heart"


def test_it_is_what_runs_and_predicts_without_the_net(installed, tmp_path):
    said = subprocess.run(
        [installed / "python", "-c", "import squeezeviz as sv; print(sv.__version__, sv.__file__)"],
        cwd=tmp_path, env=environment(), check=True, capture_output=True, text=True, timeout=60,
    ).stdout.split()  # fmt: skip
    assert said[0] == squeezeviz.__version__
    assert Path(said[1]).is_relative_to(installed.parent)
    predicted = subprocess.run(
        [installed / "squeezeviz", "predict", "shape-star", "--model", "squeezenet1.1-shapes", "--json"],
        cwd=tmp_path, env=environment(), check=True, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert json.loads(predicted.stdout)[0]["top"][0]["label"] == "star"


def test_lab_starts_from_it_on_notebooks_of_ones_own(installed, tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    command = [installed / "squeezeviz", "lab", "--no-browser", "--port", "0", "--model", "squeezenet1.1-shapes"]
    server = subprocess.Popen(
        command, cwd=tmp_path, env=environment(HOME=str(home)), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        text=True, start_new_session=True,
    )  # fmt: skip
    try:
        address = _address(server)
        assert "JupyterLab" in _read(address)
        host, _, token = address.partition("/lab")[0], *address.partition("token=")[1:]
        listed = {entry["name"] for entry in json.loads(_read(f"{host}/api/contents?token={token}"))["content"]}
        assert "02_explore.ipynb" in listed
        assert (tmp_path / "squeezeviz-notebooks" / "02_explore.ipynb").is_file()
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=60)
        server.stderr.close()


def _address(server):
    end = time.monotonic() + 120
    for line in server.stderr:
        found = re.search(r"http://127\.0\.0\.1:\d+/lab\S*token=\w+", line)
        if found:
            return found[0]
        assert time.monotonic() < end
    pytest.fail("JupyterLab said no address")


def _read(address):
    """What is there; the address is printed a moment before it is answered."""
    for _ in range(100):
        try:
            with urllib.request.urlopen(address, timeout=60) as answer:
                return answer.read().decode()
        except urllib.error.URLError:
            time.sleep(0.1)
    pytest.fail(f"nothing answers at {address}")
