"""The messages between page and kernel: declared once, named buffers, and the page's own types generated from them."""

import json
import re
from dataclasses import dataclass, fields
from typing import ClassVar

import pytest
import traitlets

import squeezeviz as sv
from squeezeviz.errors import SqueezeVizError
from squeezeviz.explorer import incoming, protocol
from squeezeviz.explorer.actions import ACTIONS
from squeezeviz.explorer.protocol import MESSAGES, REQUESTS, WORKS
from squeezeviz.explorer.protocol.fields import Message, hints
from squeezeviz.explorer.questions import QUESTIONS
from squeezeviz.explorer.selection import Selection
from squeezeviz.explorer.state import State
from squeezeviz.explorer.typescript import PATH, typescript
from squeezeviz.explorer.what_if import WORKS as TASKS
from tests.fires import fires_net
from tests.nets import tiny_model

FRONTEND = PATH.parent


def test_the_page_s_types_are_generated_from_the_messages():
    assert PATH.read_text(encoding="utf-8") == typescript(), "make protocol frontend"


def test_every_request_is_answered_and_every_message_is_heard():
    assert {*ACTIONS, *QUESTIONS} == {*REQUESTS, "begin"}
    assert not ACTIONS.keys() & QUESTIONS.keys()
    assert TASKS.keys() == WORKS.keys()
    sources = [path for path in FRONTEND.rglob("*") if path.suffix in (".js", ".ts", ".tsx") and path != PATH]
    page = "".join(path.read_text(encoding="utf-8") for path in sources)
    unsaid = {kind for kind in REQUESTS if f'"{kind}"' not in page}
    assert not unsaid, "requests that no page makes"


@pytest.mark.parametrize("of", [*MESSAGES.values(), *REQUESTS.values(), *WORKS.values()])
def test_every_field_says_what_it_is(of):
    text = typescript()
    start = text.index(f"export interface {of.__name__} {{")
    said = text[:start].rstrip().rsplit("\n", 1)[-1]
    assert re.fullmatch(r"/\*\* What .+ \*/|/\*\* .{15,} \*/", said), said
    interface = text[start : text.index("\n}\n", start)]
    for each in fields(of):
        assert re.search(rf"/\*\* [\w(].* \*/\n +{each.name}\??: \S", interface), each.name


def test_every_trait_says_what_it_is_and_holds():
    text = typescript()
    interface = text[text.index("export interface Traits {") :]
    for name in Selection.SETTABLE:
        assert re.search(rf"/\*\* [\w(].* \*/\n  {name}: \S.*;\n", interface), name


@dataclass(frozen=True)
class Pair:
    """Two."""

    left: int
    right: tuple[int, ...] | None


@dataclass(frozen=True, kw_only=True)
class Sent(Message):
    """One of each."""

    kind: ClassVar = "sent"

    pairs: tuple[Pair, ...]
    first: bytes
    missing: bytes | None
    each: dict[str, bytes]
    share: float = 0.5


def test_buffers_are_named_and_content_is_plain():
    made = Sent(id="q", pairs=(Pair(1, (2, 3)), Pair(4, None)), first=b"a", missing=None, each={"x/y": b"b", "z": b"c"})
    assert made.content == {
        "kind": "sent",
        "id": "q",
        "pairs": [{"left": 1, "right": [2, 3]}, {"left": 4, "right": None}],
        "share": 0.5,
        "buffers": ["first", "each/x/y", "each/z"],
    }
    assert made.buffers == [b"a", b"b", b"c"]
    assert json.loads(json.dumps(made.content)) == made.content
    assert "buffers" not in protocol.GoneMessage(id="q").content


def test_layers_and_blocks_travel_with_all_that_the_layer_table_says_of_them():
    model = tiny_model(fires_net(4))
    state = State(lambda: model)
    sent = []
    state.send = lambda content, buffers=None: sent.append(content)
    state.send_everything("r")
    state.close()
    (told,) = [content for content in sent if content["kind"] == "model"]
    assert told["layers"] == [layer.to_dict() for layer in model.architecture]
    assert told["blocks"] == [block.to_dict() for block in model.architecture.blocks]
    assert [block["kind"] for block in told["blocks"]].count("fire") == 2
    assert told["id"] == "r"


# What a page asks -----------------------------------------------------------------------------------------------------


def read(*brought, **content):
    return incoming.request(content, brought)


def test_a_request_is_read_into_its_class():
    asked = read(kind="open", id="q", name="conv1", photo="p", layer="conv1", channel=2, cell=[3, 4], count=8)
    assert asked == protocol.CalculationRequest(
        id="q", name="conv1", photo="p", layer="conv1", channel=2, cell=(3, 4), count=8
    )
    piece = read(memoryview(b"abc"), kind="piece", id="u", index=0, count=1, buffers=["piece"])
    assert piece == protocol.PieceRequest(id="u", index=0, count=1, piece=b"abc")
    begun = read(kind="begin", id="b", work="pairwise_ablation", photo="p", class_index=1, layer="conv1")
    assert begun == protocol.PairwiseAblationRequest(id="b", photo="p", class_index=1, layer="conv1")
    twice = read(kind="variants", photo="p", presets=["a", "b", "a"])
    assert twice == protocol.VariantsRequest(photo="p", presets=("a", "b"))
    assert read(kind="evidence", photo="p", class_index=1, contrast_class=None).contrast_class is None
    assert read(
        kind="tensor", layer="conv1", preset="yours", preset_key="x", preprocessing={"crop_px": 99}
    ).preprocessing == {"crop_px": 99}
    assert read(kind="execute") is None
    assert read(kind=["open"]) is None


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"kind": "weights"}, "layer: expected a text of up to 255 characters, the page sent nothing"),
        ({"kind": "weights", "layer": "x" * 256}, "layer: expected a text of up to 255 characters"),
        (
            {"kind": "activating_channels", "class_index": True},
            "class_index: expected a whole number from 0 to 2147483647",
        ),
        ({"kind": "activating_channels", "class_index": -1}, "the page sent -1"),
        ({"kind": "per_location", "photo": None}, "photo: expected a text"),
        ({"kind": "begin", "work": "everything"}, "work: expected one of occlusion, ablation_sweep, pairwise_ablation"),
        ({"kind": "variants", "presets": ["a", 1]}, "presets: expected a list of up to 4096 names"),
        (
            {"kind": "tensor", "layer": "a", "preprocessing": [1]},
            "preprocessing: expected the fields of a preprocessing",
        ),
        ({"kind": "figure", "view": "maps", "format": "gif"}, "format: expected one of svg, png, pdf"),
        ({"kind": "piece", "index": 0, "count": 1}, "the page sent 0 blocks of bytes, expected one"),
    ],
)
def test_what_is_none_is_refused_by_the_name_of_its_field(content, words):
    with pytest.raises(SqueezeVizError, match=re.escape(words)):
        read(**content)


@pytest.mark.parametrize("of", [*REQUESTS.values(), *WORKS.values()])
def test_every_field_of_every_request_is_read(of):
    """Whatever type a field is declared to have, the reader knows it: what it is not is refused, never passed on."""
    content = {"kind": of.kind, **({"work": of.work} if of.kind == "begin" else {})}
    for name, hint in hints(of).items():
        if "AsSent" in str(hint) or "is_cut=True" in str(hint):
            continue
        with pytest.raises(SqueezeVizError):
            incoming.request({**content, name: {"no": ["such"] * 99}}, [memoryview(b"")])


# Traits ---------------------------------------------------------------------------------------------------------------


def test_what_persists_is_said_once():
    traits = Selection.class_own_traits(sync=True)
    assert set(Selection.SETTABLE) == set(traits) - {"given", "_model_name"}
    assert set(Selection.SETTABLE) - set(Selection.PERSISTENT) == {"photo", "held"}
    assert Selection.PERSISTENT.index("tuned") < Selection.PERSISTENT.index("preset"), (
        "one's own is set before it is used"
    )
    assert set(Selection.ANSWERS) | set(Selection.NEEDS_KERNEL) <= set(Selection.PERSISTENT)
    assert Selection.SETTABLE == State.SETTABLE
    memory = (FRONTEND / "entry" / "remember.ts").read_text(encoding="utf-8")
    assert memory.count("PERSISTENT") == 3
    # A model's own preprocessing is no choice, so that one is asked for by its name.
    told = re.sub('"(photo|class|preset)"', "", memory)
    assert not [trait for trait in Selection.SETTABLE if f'"{trait}"' in told]


def test_a_trait_that_was_not_tagged_is_not_the_page_s_to_set():
    with pytest.raises(TypeError, match="nothing is called 'given'"):
        sv.explore(given=["x"])


def test_what_is_usual_comes_first_among_choices():
    # The page leaves out of a link, and of a line of Python, what is usual: frontend/src/store/link.ts.
    choices = {name: trait for name, trait in Selection.class_traits().items() if isinstance(trait, traitlets.Enum)}
    assert {name: trait.default_value for name, trait in choices.items()} == {
        name: trait.values[0] for name, trait in choices.items()
    }
    written = (FRONTEND / "store" / "link.ts").read_text(encoding="utf-8")
    for name, trait in choices.items():
        assert f'["{name}", [{", ".join(json.dumps(value) for value in trait.values)}]]' in written
