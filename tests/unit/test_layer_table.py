"""The layer table on a plain terminal: names give way to numbers."""

import pytest

from squeezeviz.report.terminal.architecture import print_architecture
from squeezeviz.report.terminal.console import out
from squeezeviz.report.words import logit_text
from tests.stacks import Stack


@pytest.fixture
def architecture():
    net = Stack(size=64)
    x = net.conv("data", 320, 3, stride=2, name="features.stage_one.block_3._depthwise_convolution")
    x = net.conv(x, 320, 3, name="features.stage_one.block_4._depthwise_convolution")
    return net.architecture(net.head(x))


def test_long_names_are_cut_in_their_middle_and_no_number_is(architecture, capsys, monkeypatch):
    monkeypatch.setattr(type(out), "width", property(lambda _: 80))
    print_architecture(architecture, name="net")
    shown = capsys.readouterr().out
    rows = [line.split() for line in shown.splitlines() if "320×32×32" in line]
    assert [row[1:] for row in rows] == [
        ["320×32×32", "8,640", "8.85", "M", "3", "2"],
        ["320×32×32", "921,600", "943.72", "M", "7", "2"],
    ]
    assert all(row[0].startswith("features.st") and "…" in row[0] and row[0].endswith("ution.relu") for row in rows)
    assert "parameters" in shown
    assert max(map(len, shown.splitlines())) <= 80


@pytest.mark.parametrize(
    ("logit", "text"), [(0, "0.00"), (-12.345, "-12.35"), (999999, "999999.00"), (1.814174e21, "1.814e+21")]
)
def test_a_logit_beyond_all_sense_is_short(logit, text):
    assert logit_text(logit) == text
