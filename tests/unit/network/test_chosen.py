"""What a network's file leaves open, and what people choose of it: the size of its input, which output is its answer."""

import pickle

import numpy as np
import pytest
from onnx import helper, numpy_helper

import squeezeviz as sv
from squeezeviz.dataset.identity import model_key
from squeezeviz.runtime.chosen import Chosen, px_of_text
from squeezeviz.runtime.model import Model
from tests.unit.network.test_networks import MAPS, MEAN, NODE, SOFTMAX, by_runtime, network, tensor, weight

ANY = ("B", 3, "H", "W")
OPEN = network([*MAPS, *MEAN, SOFTMAX], [weight("w", 4, 3, 3, 3)], image=ANY)
# One fully connected layer on 4 maps of 12 × 12: no other size will do.
FIXED = network(
    [*MAPS, NODE("Flatten", ["r"], ["f"]), NODE("Gemm", ["f", "h"], ["l"]), NODE("Softmax", ["l"], ["y"])],
    [weight("w", 4, 3, 3, 3), weight("h", 4 * 144, 5)],
    image=ANY,
)
SIDE = [NODE("MaxPool", ["r"], ["side"], kernel_shape=[2, 2]), NODE("Conv", ["side", "v"], ["/aux/Conv_output_0"]),
        NODE("GlobalAveragePool", ["/aux/Conv_output_0"], ["/aux/pool/GlobalAveragePool_output_0"])]  # fmt: skip
SEVERAL = network(
    [*MAPS, *SIDE, *MEAN, SOFTMAX],
    [weight("w", 4, 3, 3, 3), weight("v", 7, 4, 1, 1)],
    answers=("side", "y", "/aux/pool/GlobalAveragePool_output_0"),
)


def unsaid(model):
    """What was decided of its input and its answer: of its labels and its preprocessing, test_known.py tells."""
    return [str(each) for each in model.assumptions if each.about in ("input size", "output")]


def model_of(made, **chosen):
    return Model(made.SerializeToString(), name="net", sha256="00", chosen=Chosen(**chosen))


@pytest.fixture
def path(tmp_path):
    def written(made):
        (tmp_path / "net.onnx").write_bytes(made.SerializeToString())
        return tmp_path / "net.onnx"

    return written


# Size ----------------------------------------------------------------------------------------------------------------


def test_a_size_that_the_file_leaves_open_is_224_and_that_is_said():
    model = model_of(OPEN)
    assert model.architecture.input_shape == (3, 224, 224)
    assert model.preprocessing.input_px == (224, 224)
    (said,) = unsaid(model)
    assert "224 × 224 is taken" in said
    assert "input_px=" in said
    assert said in repr(model)


@pytest.mark.parametrize(("input_px", "shape"), [(40, (3, 40, 40)), ((24, 32), (3, 24, 32)), ((8, 8), (3, 8, 8))])
def test_or_is_chosen(input_px, shape):
    model, given = model_of(OPEN, input_px=input_px), tensor(2, *shape)
    assert model.architecture.input_shape == shape
    assert model.preprocessing.input_px == shape[1:]
    assert unsaid(model) == []
    np.testing.assert_allclose([each.probabilities for each in model.predict_tensor(given)], by_runtime(OPEN, given))
    assert model.predict(sv.read_image(np.zeros((50, 60, 3), np.uint8))).probabilities.shape == (4,)


@pytest.mark.parametrize(("image", "expected"), [(("B", 3, 20, "W"), (20, 224)), (("B", 3, "H", 20), (224, 20))])
def test_one_side_may_be_open(image, expected):
    made = network([*MAPS, *MEAN, SOFTMAX], [weight("w", 4, 3, 3, 3)], image=image)
    assert model_of(made).architecture.input_shape == (3, *expected)


def test_its_own_preprocessing_says_the_size_that_is_open():
    made = network([*MAPS, *MEAN, SOFTMAX], [weight("w", 4, 3, 3, 3)], image=ANY)
    how = sv.Preprocessing(name="own", crop_px=(30, 44), resize_px=60)
    made.metadata_props.add(key="squeezeviz.preprocessing", value=how.to_json())
    assert model_of(made).architecture.input_shape == (3, 30, 44)
    assert model_of(made).preprocessing == how
    chosen = model_of(made, input_px=60).preprocessing
    assert (chosen.crop_px, chosen.resize_px) == (60, (120, 82)), "as much is cut off"


def test_where_no_default_works_the_error_says_how_to_give_the_size():
    with pytest.raises(sv.ModelError, match=r"net: .*open, and it cannot be read at 224 × 224 .*input_px=.*--input-px"):
        model_of(FIXED)
    model, given = model_of(FIXED, input_px=12), tensor(2, 3, 12, 12)
    np.testing.assert_allclose(
        [each.probabilities for each in model.predict_tensor(given)], by_runtime(FIXED, given), rtol=1e-4
    )
    with pytest.raises(sv.ModelError, match="net: cannot be read at 13 × 12, which was asked for"):
        model_of(FIXED, input_px=(13, 12))


def test_a_network_may_be_read_at_another_size_than_its_files():
    made = network([*MAPS, *MEAN, SOFTMAX], [weight("w", 4, 3, 3, 3)])
    assert model_of(made).architecture.input_shape == (3, 12, 12)
    assert model_of(made, input_px=(10, 14)).architecture.input_shape == (3, 10, 14)


@pytest.mark.parametrize("input_px", [0, -1, 4097, (24,), (0, 1), [24, 32], "24", True, 1.5])
def test_what_is_no_size_is_refused(path, input_px):
    with pytest.raises(sv.ModelError, match=r"input_px is .*expected a whole number of pixels from 1 to 4096"):
        sv.load_model(path(OPEN), input_px=input_px)


@pytest.mark.parametrize(
    ("text", "px"), [("224", 224), (" 24x32 ", (24, 32)), ("24X32", (24, 32)), ("24×32", (24, 32))]
)
def test_sizes_as_people_type_them(text, px):
    assert px_of_text(text, "--input-px") == px


@pytest.mark.parametrize("text", ["", "x", "24x", "24x32x3", "a", "-1", "0", "4097", "2e3", "9" * 5000])
def test_what_is_typed_and_no_size(text):
    with pytest.raises(sv.ModelError, match="--input-px is .*expected pixels"):
        px_of_text(text, "--input-px")


# Answer --------------------------------------------------------------------------------------------------------------


def test_the_answer_is_the_first_output_with_one_number_a_class():
    model = model_of(SEVERAL)
    assert model.architecture.output_name == "y"
    assert model.other_outputs == ("side", "aux.pool")
    (said,) = unsaid(model)
    assert "of its 3 outputs y is taken" in said
    assert said.endswith("side, aux.pool")
    assert said in repr(model)


@pytest.mark.parametrize("name", ["aux.pool", "/aux/pool/GlobalAveragePool_output_0"])
def test_another_is_chosen_by_either_name(name):
    model, given = model_of(SEVERAL, output=name), tensor(2, 3, 12, 12)
    assert model.architecture.output_name == "aux.pool"
    assert model.architecture.head == "logits"
    assert unsaid(model) == []
    assert len(model.labels) == 7
    only = network([*MAPS, *SIDE], SEVERAL.graph.initializer, answers=("/aux/pool/GlobalAveragePool_output_0",))
    np.testing.assert_allclose(
        [each.logits for each in model.predict_tensor(given)], by_runtime(only, given)[:, :, 0, 0], rtol=1e-5
    )
    # The same layer has the same name, whichever output is read.
    assert "r" in model.architecture
    assert [layer.name for layer in model.architecture] == ["r", "side", "aux", "aux.pool"]
    np.testing.assert_array_equal(
        model.activations_of_tensor(given, "r")["r"], model_of(SEVERAL).activations_of_tensor(given, "r")["r"]
    )


@pytest.mark.parametrize(("name", "hint"), [("aux.pol", "Did you mean 'aux.pool'"), ("sid", "Did you mean 'side'")])
def test_an_unknown_output_names_the_nearest(name, hint):
    with pytest.raises(sv.ModelError, match=rf"no output is called '{name}'; there are side, y, aux.pool. {hint}"):
        model_of(SEVERAL, output=name)
    with pytest.raises(sv.ModelError, match=f"no output is called '{name}'"):
        model_of(OPEN, output=name)


def test_an_output_that_contradicts_itself_is_in_nobodys_way():
    nodes = [*MAPS, *MEAN, SOFTMAX, NODE("Gemm", ["f", "h", "f"], ["odd"])]  # a bias that is computed
    made = network(nodes, [weight("w", 4, 3, 3, 3), weight("h", 4, 4)], answers=("odd", "y"))
    assert model_of(made).architecture.output_name == "y"
    with pytest.raises(sv.ModelError, match="what it adds is computed"):
        model_of(made, output="odd")


def test_where_no_output_has_one_number_a_class_the_first_is_the_answer():
    made = network([*MAPS, SIDE[0]], [weight("w", 4, 3, 3, 3)], answers=("side", "r"))
    assert model_of(made).architecture.output_name == "side"


# Kept ----------------------------------------------------------------------------------------------------------------


def test_what_was_chosen_travels(path):
    model = sv.load_model(path(SEVERAL), input_px=(10, 14), output="aux.pool")
    for again in (pickle.loads(pickle.dumps(model)), model_of(SEVERAL, input_px=(10, 14), output="aux.pool")):
        assert again.architecture.input_shape == (3, 10, 14)
        assert again.architecture.output_name == "aux.pool"
        copied = pickle.loads(pickle.dumps(again))
        assert copied.chosen == again.chosen == Chosen((10, 14), "aux.pool")
        assert copied.architecture == again.architecture


def test_another_choice_is_another_model(path):
    where = path(SEVERAL)
    first = sv.load_model(where)
    assert sv.load_model(where) is first
    assert sv.load_model(where, output="y") is not first
    assert sv.load_model(where, input_px=20) is sv.load_model(where, input_px=(20, 20))
    keys = [model_key(sv.load_model(where, **chosen)) for chosen in ({}, {"input_px": 20}, {"output": "aux.pool"})]
    assert len({str(key) for key in keys}) == 3, "nobody takes what is kept of one for the other"


def test_the_environment_chooses_with_the_model_that_it_names(path, monkeypatch):
    for name, value in Chosen((10, 14), "aux.pool").to_environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("SQUEEZEVIZ_MODEL", str(path(SEVERAL)))
    model = sv.load_model()
    assert (model.architecture.input_shape, model.architecture.output_name) == ((3, 10, 14), "aux.pool")
    assert sv.load_model(path(SEVERAL)).architecture.output_name == "y", "an explicit choice is another"


# Files of one image at a time ----------------------------------------------------------------------------------------


def test_photos_are_run_one_by_one_where_the_file_takes_one():
    made = network([*MAPS, *MEAN, SOFTMAX], [weight("w", 4, 3, 3, 3)], image=(1, 3, 12, 12))
    model, free = model_of(made), model_of(network([*MAPS, *MEAN, SOFTMAX], made.graph.initializer))
    assert any("one image at a time" in note for note in model.notes)
    images = [sv.read_image(np.random.default_rng(at).integers(0, 256, (20, 30, 3), dtype=np.uint8)) for at in range(5)]
    for ours, theirs in zip(model.predict(images), free.predict(images), strict=True):
        np.testing.assert_allclose(ours.logits, theirs.logits, rtol=1e-5)
    for ours, theirs in zip(model.activations(images), free.activations(images), strict=True):
        np.testing.assert_allclose(ours["r"], theirs["r"], rtol=1e-5)
    ours, theirs = (sv.occlude(each, images[0], patch_px=4, stride_px=4) for each in (model, free))
    np.testing.assert_allclose(ours.logits, theirs.logits, rtol=1e-4)
    ours, theirs = (sv.ablate(each, images[0], {"r": [1]}) for each in (model, free))
    np.testing.assert_allclose(ours.after.logits, theirs.after.logits, rtol=1e-4)
    several = model.preprocessing.replace(name="ten", crop="ten")
    np.testing.assert_allclose(
        model.predict(images[0], several).logits, free.predict(images[0], several).logits, rtol=1e-4
    )


def test_a_fixed_batch_of_several_is_refused_with_what_was_expected():
    made = network([*MAPS, *MEAN, SOFTMAX], [weight("w", 4, 3, 3, 3)], image=(4, 3, 12, 12))
    with pytest.raises(sv.ModelError, match="takes exactly 4 images at once; expected any number, or one"):
        model_of(made)


def test_raw_names_are_known_at_other_sizes_too():
    conv = helper.make_node("Conv", ["x", "w"], ["/first/Conv_output_0"], pads=[1] * 4)
    pool = helper.make_node("GlobalAveragePool", ["/first/Conv_output_0"], ["g"])
    made = network([conv, pool], [numpy_helper.from_array(np.ones((4, 3, 3, 3), np.float32), "w")], answers=("g",))
    model = model_of(made)
    for arch in (model.architecture, model.architecture_at(20, 30)):
        assert arch["/first/Conv_output_0"].name == "first"
