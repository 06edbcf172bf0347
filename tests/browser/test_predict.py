"""A person's path through the first notebook, in JupyterLab, in a real browser."""

import base64
import io

import numpy as np
import pytest
from PIL import Image as Pillow

import squeezeviz as sv
from tests import icc
from tests.browser.predictor_page import answered, assert_shows, upload
from tests.browser.servers import save

pytestmark = [pytest.mark.browser, pytest.mark.model]


@pytest.fixture
def notebook(open_notebook, published_files):
    """The predictor in the notebook, ready for photos."""
    page = open_notebook("01_predict.ipynb")
    page.get_by_role("button", name="Choose photos").wait_for()
    return page


@pytest.fixture
def widget(open_cell, published_files):
    """The predictor in a cell of its own: the same one."""
    page = open_cell("import squeezeviz as sv\nsv.predictor()")
    page.get_by_role("button", name="Choose photos").wait_for()
    return page


def test_upload_a_jpeg_read_the_top_5_take_a_sample_reload_and_lose_the_kernel(notebook, files, model):
    widget = notebook
    upload(widget, files / "chelsea.jpg")
    answered(widget, 1)
    assert_shows(widget, model.predict(files / "chelsea.jpg"))
    widget.locator(".sqv-times", has_text="preprocess").wait_for()
    widget.locator(".sqv .sqv-status", has_text="chelsea.jpg: tiger cat").wait_for(state="attached")
    assert widget.locator(".sqv-model").input_value() == "squeezenet1.1-caffe2"
    widget.locator(".sqv-sample", has_text="coffee").click()
    answered(widget, 2)
    assert_shows(widget, model.predict("coffee"))
    save(widget)
    widget.goto(widget.url.split("?")[0] + "?token=test-token")
    widget.get_by_role("button", name="Choose photos").wait_for()
    answered(widget, 2)
    assert_shows(widget, model.predict("coffee"))
    assert_it_says_when_the_kernel_is_gone_and_keeps_what_it_has(widget, files)


def assert_it_says_when_the_kernel_is_gone_and_keeps_what_it_has(page, files):
    page.evaluate(
        """() => { const { serviceManager, shell } = window.jupyterapp;
            return serviceManager.sessions.shutdown(shell.currentWidget.sessionContext.session.id); }"""
    )
    page.wait_for_function("() => /No Kernel/.test(document.querySelector('#jp-main-statusbar').textContent)")
    upload(page, files / "chelsea.jpg")
    page.locator(".sqv-notice:visible").wait_for()
    assert "run the cell again" in page.locator(".sqv-notice:visible").inner_text()
    assert page.locator(".sqv-label").first.inner_text() == "espresso"
    assert not page.locator(".sqv-progress").is_visible(), "nothing pretends to be at work"
    assert page.locator(".sqv-working").inner_text().endswith("waiting")
    page.get_by_role("radio", name="As the network sees it").click()
    page.wait_for_function("() => document.querySelector('.sqv-picture').naturalWidth === 227")


def test_several_files_at_once_bad_ones_among_them_and_stepping_with_the_keyboard(widget, files, model):
    upload(widget, *(files / name for name in ("chelsea.jpg", "letter.jpg", "coffee.jpg", "cut.jpg")))
    answered(widget, 2)
    assert_shows(widget, model.predict(files / "coffee.jpg"))
    widget.wait_for_function("() => document.querySelectorAll('.sqv-failure').length === 2")
    told = sorted(widget.locator(".sqv-failure").all_inner_texts())  # JupyterLab reads several at once
    assert "cut.jpg: is damaged or cut off" in told[0]
    assert "letter.jpg: expected a picture" in told[1]
    widget.locator(".sqv-failure .sqv-close").first.click()
    widget.wait_for_function("() => document.querySelectorAll('.sqv-failure').length === 1")
    widget.locator(".sqv-tile[aria-selected=true]").focus()
    widget.keyboard.press("ArrowLeft")
    widget.wait_for_function("() => document.querySelector('.sqv-label').textContent === 'tiger cat'")
    widget.wait_for_function("() => document.activeElement.getAttribute('aria-selected') === 'true'")
    before = widget.locator(".jp-Cell").count()
    for key in ("a", "b"):  # JupyterLab's own keys for adding cells
        widget.keyboard.press(key)
    assert widget.locator(".jp-Cell").count() == before, "keys pressed in the widget do not leak into JupyterLab"
    widget.keyboard.press("Delete")
    answered(widget, 1)
    assert_shows(widget, model.predict(files / "coffee.jpg"))


def test_drag_and_drop_and_paste(widget, files, model):
    content = (files / "chelsea.jpg").read_bytes()
    transfer = widget.evaluate_handle(
        """text => { const t = new DataTransfer(), bytes = Uint8Array.from(atob(text), c => c.charCodeAt(0));
            t.items.add(new File([bytes], 'dropped.jpg', {type: 'image/jpeg'})); return t; }""",
        base64.b64encode(content).decode(),
    )
    widget.dispatch_event(".sqv", "dragover", {"dataTransfer": transfer})
    widget.locator(".sqv-veil").wait_for()
    widget.dispatch_event(".sqv", "drop", {"dataTransfer": transfer})
    answered(widget, 1)
    widget.locator(".sqv-veil").wait_for(state="hidden")
    assert_shows(widget, model.predict(content))
    content = (files / "coffee.jpg").read_bytes()
    widget.evaluate(
        """text => { const t = new DataTransfer(), bytes = Uint8Array.from(atob(text), c => c.charCodeAt(0));
            t.items.add(new File([bytes], 'image.png', {type: 'image/png'}));
            document.querySelector('.sqv-button').dispatchEvent(new ClipboardEvent('paste', {clipboardData: t, bubbles: true})); }""",
        base64.b64encode(content).decode(),
    )
    answered(widget, 2)
    assert_shows(widget, model.predict(content))


# A kernel hears messages in several threads: what is sent later may be heard first.
FIRST_IS_LATE = """() => {
    const { kernel } = window.jupyterapp.shell.currentWidget.sessionContext.session;
    const send = kernel.sendShellMessage;
    kernel.sendShellMessage = function (message, ...rest) {
        if (message.content.data?.content?.kind !== 'piece') return send.call(this, message, ...rest);
        kernel.sendShellMessage = send;
        setTimeout(() => send.call(this, message, ...rest), 500); }; }"""


def test_a_large_photo_and_a_phones_arrive_with_their_notes(widget, files, model, tmp_path):
    """A phone's is HEIC, in the colours of its screen, lying on its side."""
    assert (files / "large.png").stat().st_size > 12 * 1024 * 1024
    widget.evaluate(FIRST_IS_LATE)
    upload(widget, files / "large.png")
    answered(widget, 1)
    assert_shows(widget, model.predict(files / "large.png"))
    heif = pytest.importorskip("pillow_heif", reason="pillow-heif is not installed: pip install pillow-heif")
    exif = Pillow.Exif()
    exif[0x0112] = 6
    path = tmp_path / "IMG_0001.HEIC"
    heif.from_pillow(Pillow.open(files / "coffee.jpg")).save(
        path, quality=90, exif=exif.tobytes(), icc_profile=icc.profile("Display P3")
    )
    assert ".heic" in widget.locator(".sqv-file[accept*=image]").first.get_attribute("accept")
    upload(widget, path)
    answered(widget, 2)
    assert_shows(widget, model.predict(path))
    assert "colour profile Display P3, read as stored" in widget.locator(".sqv-notes").inner_text()


def test_what_the_network_sees_and_a_preprocessing_that_moves_the_answer(widget, files, model):
    upload(widget, files / "chelsea.jpg")
    answered(widget, 1)
    widget.get_by_role("radio", name="Original").focus()
    widget.keyboard.press("ArrowRight")
    widget.wait_for_function("() => document.querySelector('.sqv-picture').naturalWidth === 227")
    shown = widget.evaluate(  # as text: a list of so many numbers takes seconds
        """async () => { const answer = await fetch(document.querySelector('.sqv-picture').src);
            const reader = new FileReader(), read = new Promise(resolve => { reader.onload = resolve; });
            reader.readAsDataURL(await answer.blob());
            await read;
            return reader.result.split(',')[1]; }"""
    )
    seen = np.asarray(Pillow.open(io.BytesIO(base64.b64decode(shown))).convert("RGB"))
    np.testing.assert_array_equal(seen, sv.preset("caffe2").cropped(sv.read_image(files / "chelsea.jpg")))
    widget.locator(".sqv-preset select").select_option("caffe2-aspect")
    expected = model.predict(files / "chelsea.jpg", "caffe2-aspect")
    widget.wait_for_function(
        "text => document.querySelector('.sqv-logit').textContent === text", arg=f"{expected.top(1)[0].logit:.2f}"
    )
    assert_shows(widget, expected)
    assert "shorter side to 256" in widget.locator(".sqv-prediction").inner_text()


def test_the_dark_theme_reaches_the_widget(open_cell, published_files):
    page = open_cell("import squeezeviz as sv\nsv.predictor()", theme="JupyterLab Dark")
    page.locator(".sqv-sample", has_text="rocket").click()
    answered(page, 1)
    ink, ground = page.evaluate(
        "() => { const s = getComputedStyle(document.querySelector('.sqv')); return [s.color, s.backgroundColor]; }"
    )

    def level(colour):
        return sum(float(part) for part in colour[colour.index("(") + 1 : -1].split(",")[:3])

    assert level(ink) > 400 > level(ground)
