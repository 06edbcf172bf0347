"""One set of minimum versions, in pyproject.toml; environment.yml mirrors it."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]


def parsed(specs):
    return dict(re.fullmatch(r"([\w.-]+)(>=[\w.]+)?", spec).groups() for spec in specs)


@pytest.fixture(scope="module")
def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def test_environment_yml_mirrors_pyproject(project):
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    conda = parsed(spec for spec in environment["dependencies"] if isinstance(spec, str) and spec != "pip")
    expected = parsed([*project["dependencies"], *project["optional-dependencies"]["samples"]])
    assert conda.pop("python") == project["requires-python"]
    assert conda == expected
    pip = next(spec["pip"] for spec in environment["dependencies"] if isinstance(spec, dict))
    assert pip == ["--editable ."]
    assert environment["channels"] == ["conda-forge"]


def test_heavy_peers_are_extras_only(project):
    assert not {"torch", "openvino", "opencv-python-headless", "scikit-image"} & set(parsed(project["dependencies"]))
    for specs in [project["dependencies"], *project["optional-dependencies"].values()]:
        assert all(">=" in spec for spec in specs)


def test_the_fixed_dependencies_are_there(project):
    assert {"jupyterlab", "ipywidgets", "onnxruntime", "matplotlib", "numpy", "pillow"} <= set(
        parsed(project["dependencies"])
    )


def test_no_lock_file_is_committed():
    assert not any((ROOT / name).exists() for name in ("package-lock.json", "uv.lock", "poetry.lock", "yarn.lock"))
