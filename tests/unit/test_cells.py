"""A cell that is run again takes the place of its former run, and nothing else: what others still show goes on."""

import gc
import subprocess
import sys
import weakref

import ipywidgets
import pytest
from ipywidgets.widgets.widget import _instances

from squeezeviz.errors import LayerError
from squeezeviz.image import read_image
from squeezeviz.widgets import cells, views
from tests.unit.test_widgets import FakeModel, png


class Shell:
    """A kernel that says which cell is running."""

    class Events:
        def __init__(self):
            self.after = []

        def register(self, event, function):
            assert event == "post_run_cell"
            if function not in self.after:
                self.after.append(function)

    def __init__(self):
        self.cell, self.run, self.events = None, 0, self.Events()

    def get_parent(self):
        return {"metadata": {} if self.cell is None else {"cellId": self.cell}, "header": {"msg_id": str(self.run)}}

    def execute(self, cell, code):
        """Run a cell, as a notebook does; its last value is shown."""

        class Result:
            success = True

        self.cell, self.run, result = cell, self.run + 1, Result()
        try:
            value = code()
            for each in value if isinstance(value, tuple) else [value]:
                if isinstance(each, views.View):
                    each._repr_mimebundle_()
        except Exception:
            result.success = False
            raise
        finally:
            for function in self.events.after:
                function(result)
        return value


@pytest.fixture
def shell(monkeypatch):
    made = Shell()
    monkeypatch.setattr("IPython.get_ipython", lambda: made)
    model = FakeModel()
    monkeypatch.setattr(views, "load_quietly", lambda name: model)
    cells._cells.clear()
    cells._replaced.clear()
    before = dict(_instances)
    yield made
    for widget in [widget for key, widget in list(_instances.items()) if key not in before]:
        widget.close()
    cells._cells.clear()
    cells._replaced.clear()


def is_open(view):
    return view.comm is not None


@pytest.mark.slow
@pytest.mark.usefixtures("only_new_garbage")
def test_thirty_runs_keep_no_more_than_one(shell):
    counts, last = [], None
    for _ in range(30):
        shown = shell.execute("a", lambda: views.explore(png(3)))
        counts.append(len(_instances))
        last = weakref.ref(shown)
    assert counts == [counts[0]] * 30
    shown = shell.execute("a", lambda: views.explore(png(3)))
    gc.collect()
    assert last() is None, "nothing holds what was closed"
    assert is_open(shown)
    assert is_open(shown.state)


@pytest.mark.parametrize("make", [lambda: views.predictor(images=[png(3)]), lambda: views.TopK(png(3))])
def test_any_view_is_replaced_by_its_cell(shell, make):
    first = shell.execute("a", make)
    second = shell.execute("a", make)
    assert (is_open(first), is_open(first.state), is_open(first.layout)) == (False, False, False)
    assert (is_open(second), is_open(second.state), is_open(second.layout)) == (True, True, True)


def test_what_a_replaced_view_took_is_given_back_to_the_system(shell, monkeypatch):
    open_then = []
    monkeypatch.setattr(cells, "trim_heap", lambda: open_then.append(is_open(first)))
    first = shell.execute("a", lambda: views.Explorer(png(7), model=FakeModel()))
    assert open_then == [], "nothing was closed"
    shell.execute("a", lambda: views.Explorer(png(7), model=FakeModel()))
    assert open_then == [False]


def test_single_views_of_a_shared_state_close_alone(shell):
    explorer = shell.execute("a", lambda: views.explore(png(3)))
    first = shell.execute("b", lambda: views.FeatureMaps(explorer))
    second = shell.execute("b", lambda: views.FeatureMaps(explorer))
    assert [is_open(each) for each in (first, second, explorer, explorer.state)] == [False, True, True, True]


def test_views_of_other_cells_on_the_former_state_go_on(shell):
    explorer = shell.execute("a", lambda: views.explore(png(3)))
    maps = shell.execute("b", lambda: views.FeatureMaps(explorer))
    again = shell.execute("a", lambda: views.explore(png(3)))
    assert [is_open(each) for each in (explorer, maps, maps.state, again)] == [False, True, True, True]
    assert maps.state is explorer.state
    assert maps.activations is not None
    maps.state.preset = "no-mean"
    assert maps.prediction.preprocessing.name == "no-mean"
    assert again.prediction.preprocessing.name == "caffe2"
    # With the last of its views, the state goes.
    shell.execute("b", lambda: views.FeatureMaps(again))
    assert (is_open(maps), is_open(explorer.state)) == (False, False)


def test_what_stands_in_another_cell_s_output_goes_on_until_that_cell_is_run(shell):
    explorer = shell.execute("a", lambda: [views.explore(png(3))])[0]  # made, and not shown
    shell.execute("b", lambda: explorer)
    again = shell.execute("a", lambda: [views.explore(png(3))])[0]
    assert is_open(explorer)
    assert explorer.activations is not None
    shell.execute("c", lambda: None)
    assert is_open(explorer)
    shell.execute("b", lambda: again)
    assert not is_open(explorer)
    assert is_open(again)


def test_what_stands_in_a_box_goes_on(shell):
    explorer = shell.execute("a", lambda: [views.explore(png(3))])[0]
    box = shell.execute("b", lambda: ipywidgets.VBox([explorer]))
    shell.execute("a", lambda: [views.explore(png(3))])
    assert is_open(explorer)
    box.close()
    shell.execute("c", lambda: None)
    assert not is_open(explorer)


def test_a_run_that_fails_loses_nothing(shell):
    first = shell.execute("a", lambda: views.explore(png(3)))
    first.add(read_image(png(9), name="another"))
    first.state.sort = "mean"
    open_before = len(_instances)
    for _ in range(5):
        with pytest.raises(LayerError):
            shell.execute("a", lambda: views.explore(png(3), layer="conv7"))
    assert is_open(first)
    assert len(_instances) == open_before, "nor does it leave a state behind"
    again = shell.execute("a", lambda: views.explore(png(3)))
    assert (again.state.sort, len(again.predictions)) == ("mean", 2)
    assert not is_open(first)


def test_two_explorers_of_a_cell_and_then_one(shell):
    first, second = shell.execute("a", lambda: (views.explore(png(3)), views.explore(png(4))))
    third = shell.execute("a", lambda: views.explore(png(3)))
    assert [is_open(each) for each in (first, second, third)] == [False, False, True]


def test_a_state_of_one_s_own_outlives_its_views(shell):
    from squeezeviz.explorer.state import State

    state = State(FakeModel)
    shell.execute("a", lambda: views.Explorer(state))
    shell.execute("a", lambda: views.Explorer(state))
    assert is_open(state)
    assert len(state.views) == 1


def test_a_layout_of_one_s_own_outlives_its_view(shell):
    layout = ipywidgets.Layout(width="400px")
    view = views.TopK(png(3), layout=layout)
    view.close()
    assert layout.comm is not None
    view.close()


def test_without_a_cell_nothing_is_closed(shell):
    shell.cell = None
    first, second = views.explore(png(3)), views.explore(png(3))
    cells.sweep()
    assert is_open(first)
    assert is_open(second)


def test_a_notebook_s_worth_of_cells_is_remembered(shell):
    for number in range(300):
        shell.execute(f"cell {number}", lambda: None)
        shell.cell = f"cell {number}"
        cells._running()
    assert len(cells._cells) == 256


@pytest.mark.slow
def test_a_process_ends_without_a_word():
    code = "import numpy as np, squeezeviz as sv; e = sv.explore(np.zeros((9, 9, 3), np.uint8), model='squeezenet1.1-shapes')"
    done = subprocess.run([sys.executable, "-c", code + "; sv.TopK(e)"], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
