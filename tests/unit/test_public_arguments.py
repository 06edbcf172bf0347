"""What every public function is given: a model loaded or by name, and of anything that it cannot take it says so.

The walks take all that `squeezeviz`, `figures` and `lessons` name: what is new and has no arguments in `public_calls`
fails here.
"""

import re
import traceback
from pathlib import Path

import numpy as np
import onnx
import pytest

import squeezeviz as sv
from squeezeviz.profiling.profiled import Machine
from squeezeviz.runtime import loading
from squeezeviz.telemetry import import_onnxruntime
from tests.public_calls import Given, finished, methods, objects, parameters, public, suiting, takes_model

PUBLIC = public()
TAKE_MODELS = {
    name: [key for key, each in parameters(function).items() if takes_model(each)] for name, function in PUBLIC.items()
}
TAKE_MODELS = {name: keys for name, keys in TAKE_MODELS.items() if keys}


@pytest.fixture(scope="module")
def given(tmp_path_factory):
    patch = pytest.MonkeyPatch()
    patch.setenv("SQUEEZEVIZ_CACHE", str(tmp_path_factory.mktemp("cache")))
    known = Machine(1, 100.0, None, 10.0)
    patch.setattr("squeezeviz.profiling.profile.measured_machine", lambda *_, **__: known)
    patch.setattr("squeezeviz.profiling.profile.profiler_ms", lambda *_: 0.0)
    patch.setattr("squeezeviz.quantization.trials._ROUNDS", 2)
    yield Given(tmp_path_factory.mktemp("given"))
    patch.undo()


def test_whatever_takes_a_model_takes_its_name():
    assert len(TAKE_MODELS) > 40
    only_loaded = re.compile(r"(?<!\], )(?<!\.\.\., )\bModel\b")  # but for a Callable that returns one
    for name, function in PUBLIC.items():
        for key, each in parameters(function).items():
            where = f"{name}({key}: {each.annotation})"
            assert not only_loaded.search(str(each.annotation)), (
                f"{where}: annotate it as ModelSource, and load it by `loaded`"
            )
            assert takes_model(each) or key not in ("model", "a", "b"), where
            if takes_model(each):
                said = re.search(rf"^ +{key}: (.*(?:\n {{12,}}.*)*)", function.__doc__, re.MULTILINE)
                assert said, f"{where}: its docstring has no such line"
                assert re.search(r"loaded|Another", said[1]), f"{where}: say that it may be a name: {said[1]}"


@pytest.mark.parametrize("name", TAKE_MODELS)
def test_a_model_by_its_path_is_the_model(given, name, monkeypatch):
    call, arguments = PUBLIC[name], given.arguments(name)
    assert arguments is not None, f"{name} is new: say in tests/public_calls.py what it is called with"
    looked_up, real = [], loading.load_without_warning
    monkeypatch.setattr(
        loading, "load_without_warning", lambda *args, **more: looked_up.append(args) or real(*args, **more)
    )
    made = finished(call(**arguments))
    assert looked_up == [], "a loaded model is taken as it is"
    for key in TAKE_MODELS[name]:
        looked_up.clear()
        again = finished(call(**{**given.arguments(name), key: given.path}))
        assert looked_up == [(given.path,)], "and a path is looked up once"
        assert alike(again, made)


def alike(one, other):
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, np.ndarray):
        return np.array_equal(one, other)
    return type(one) is type(other) and (not isinstance(one, str) or one == other)


def session(content):
    return import_onnxruntime().InferenceSession(content, providers=["CPUExecutionProvider"])


@pytest.mark.parametrize("name", TAKE_MODELS)
def test_what_is_no_model_is_refused_in_a_sentence(given, name):
    content = given.model.content
    others = [None, 3, b"x", onnx.load_model_from_string(content), session(content), given.image]
    for key in TAKE_MODELS[name]:
        for other in others:
            if other is None and parameters(PUBLIC[name])[key].default is None:
                continue
            with pytest.raises(sv.ModelError, match="expected a loaded model, or the name or path of one; got"):
                finished(PUBLIC[name](**{**given.arguments(name), key: other}))


REQUIRED = {
    name: [key for key, each in parameters(function).items() if each.default is each.empty]
    for name, function in PUBLIC.items()
}
REQUIRED = {name: keys for name, keys in REQUIRED.items() if keys}
HOSTILE = [None, 3, "no such layer", [], np.full((3, 3), np.nan), np.array([object()], dtype=object)]
HOUSE = Path(sv.__file__).parent


def is_said(error):
    """Whether an error is one that squeezeviz raises on purpose: of its own, or a line that begins with ``raise``."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    is_raised = HOUSE in Path(last.filename).parents and last.line.startswith("raise ")
    return isinstance(error, sv.SqueezeVizError) or (isinstance(error, (TypeError, ValueError, KeyError)) and is_raised)


@pytest.mark.parametrize("name", REQUIRED)
def test_what_an_argument_cannot_be_is_refused_in_a_sentence(given, name, monkeypatch):
    monkeypatch.chdir(given.folder)  # what may be a path may be written
    for key in REQUIRED[name]:
        for hostile in HOSTILE:
            arguments = given.arguments(name)
            assert arguments is not None, f"{name} is new: say in tests/public_calls.py what it is called with"
            try:
                finished(PUBLIC[name](**{**arguments, key: hostile}))
            except Exception as error:  # noqa: BLE001 - any other is the fault that is looked for
                assert is_said(error), f"{name}({key}={hostile!r}): {error!r}"
                assert len(str(error)) > 10


OPTIONAL = {
    name: [
        key
        for key, each in parameters(function).items()
        if each.default is not each.empty
        and not takes_model(each)
        and not re.search(r"^bool$|Callable|Event|Layout", str(each.annotation))  # flags, and what is called or asked
    ]
    for name, function in PUBLIC.items()
    if name != "Model"  # made by `load_model`
}
OPTIONAL = {name: keys for name, keys in OPTIONAL.items() if keys}
#: What is not looked at, as these functions are called here: a target is read later, the others are of no meaning.
OVERLOOKED = {
    "Target.logit": ["key"],
    "Target.probability": ["key"],
    "Target.difference": ["key", "contrast"],
    "compare_models": ["scheduler", "workers"],
    "preset": ["also"],
    "figures.photo": ["channel", "cell", "palette"],
    "figures.prediction": ["palette"],
    "lessons.ask": ["layer"],
    "lessons.check": ["layer"],
}


@pytest.mark.parametrize("name", OPTIONAL)
def test_a_choice_that_cannot_be_is_refused_in_a_sentence(given, name):
    for key in OPTIONAL[name]:
        arguments = given.arguments(name)
        assert arguments is not None, f"{name} is new: say in tests/public_calls.py what it is called with"
        try:
            finished(PUBLIC[name](**{**arguments, key: object()}))
        except Exception as error:  # noqa: BLE001 - any other is the fault that is looked for
            assert is_said(error), f"{name}({key}=object()): {error!r}"
            assert key not in OVERLOOKED.get(name, [])
        else:
            assert key in OVERLOOKED.get(name, []), f"{name}({key}=object()) is taken"


#: Methods for what the house hands over itself: numbers of rows, results of results, arrays that are written to.
BETWEEN_US = [
    "Arithmetic.check_rounding",
    "Atlas.crop",
    "Atlas.crop_box",
    "Atlas.crop_file",
    "Catalog.picture_file",
    "Model.answers",
    "Prediction.probabilities_of",
    "Preprocessing.fill",
    "Preprocessing.to_picture",
    "Profile.attainable_gops",
    "Profile.bound",
    "Profile.share_of_bandwidth",
    "Profile.share_of_peak",
    "Target.moved",
    "Target.on",
]


def test_what_a_method_cannot_take_is_refused_in_a_sentence(given, monkeypatch):
    monkeypatch.chdir(given.folder)
    raw = []
    for thing in {type(each): each for each in objects(given)}.values():
        for name, call in methods(thing):
            kinds = parameters(call)
            for key in kinds:
                required = [each for each, kind in kinds.items() if kind.default is kind.empty]
                try:
                    call(**{**suiting(given, required), key: object()})
                except Exception as error:  # noqa: BLE001 - any other is the fault that is looked for
                    raw += [] if is_said(error) or name in BETWEEN_US else [f"{name}({key}=object()): {error!r}"]
    assert not raw


def test_a_raw_error_is_told_from_one_on_purpose():
    for raw in (lambda: None.resolve, lambda: int("x"), lambda: {}["x"], lambda: np.zeros(3)[4], lambda: Path(3)):
        with pytest.raises(Exception) as caught:  # noqa: PT011 - any
            raw()
        assert not is_said(caught.value)
