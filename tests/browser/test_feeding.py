"""What the model is told on the page: its labels, its preprocessing, and what the doctor finds on photos."""

import re

import numpy as np
import pytest
from PIL import Image as Pillow

import squeezeviz as sv
from squeezeviz.zoo.beside import path_beside
from tests.browser.predictor_page import answered, assert_shows
from tests.coloured import COLOURS, colour_content, colour_photo, write_photos
from tests.unit.dataset.test_diagnosis import trained_with
from tests.unit.test_known import NAMES, foreign

pytestmark = pytest.mark.browser


@pytest.fixture
def files(tmp_path):
    network, photo = tmp_path / "my_model.onnx", tmp_path / "photo.png"
    network.write_bytes(foreign(64).SerializeToString())
    Pillow.fromarray(np.random.default_rng(0).integers(0, 256, (90, 120, 3), np.uint8)).save(photo)
    return network, photo


@pytest.fixture
def page(open_cell, files):
    network, photo = map(str, files)
    opened = open_cell(f"import squeezeviz as sv\nsv.predictor({network!r}, images=[{photo!r}])")
    answered(opened, 1)
    return opened


def panel(page):
    shown = page.get_by_role("region", name="Labels and preprocessing of the model")
    if not shown.is_visible():
        page.get_by_role("button", name="Labels and preprocessing").click()
    shown.wait_for()
    return shown


def choose_labels(page, path):
    panel(page)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose a file of labels").click()
    chooser.value.set_files(str(path))


def first_label(page, text):
    page.wait_for_function(
        "text => new RegExp(text).test(document.querySelector('.sqv-label')?.textContent)", arg=text, timeout=120_000
    )


def used(page, name):
    page.wait_for_function("name => document.querySelector('.sqv-preset select').value === name", arg=name)
    page.wait_for_function(
        "() => !document.querySelector('[aria-busy]') && !document.querySelector('.sqv-progress:not([hidden])')"
    )


def write_names(folder, names, name="names.txt"):
    path = folder / name
    path.write_text("\n".join(names))
    return path


def test_labels_are_named_by_a_file_kept_beside_the_model_and_taken_back(page, files, tmp_path):
    network, photo = files
    strip = page.get_by_role("note", name="What is unknown of the model")
    strip.get_by_role("button", name="Say it here").click()
    page.get_by_role("region", name="Labels and preprocessing of the model").wait_for()
    choose_labels(page, write_names(tmp_path, NAMES))
    first_label(page, "^(cat|dog|hen|pig|cow)$")
    assert_shows(page, sv.load_model(network, labels=NAMES).predict(photo))
    strip.filter(has_not_text="Labels unknown").wait_for()
    panel(page).filter(has_text="cat, dog, hen, pig").wait_for()
    assert not path_beside(network).exists()
    page.get_by_role("button", name="Remember for this file").click()
    page.get_by_text("Kept in my_model.squeezeviz.json.").wait_for()
    assert [each.label for each in sv.load_model(network).labels] == NAMES
    for _ in range(2):
        page.get_by_role("button", name="Undo").click()
    first_label(page, "^class ")
    assert not path_beside(network).exists()
    strip.filter(has_text="Labels unknown").wait_for()


def test_a_wrong_number_of_labels_is_said_there_and_nothing_is_lost(page, files, tmp_path):
    choose_labels(page, write_names(tmp_path, NAMES[:3]))
    said = panel(page).get_by_role("alert")
    said.wait_for()
    assert "expected 5 names, one an output of the network; got 3" in said.inner_text()
    first_label(page, "^class ")
    choose_labels(page, write_names(tmp_path, NAMES, "all.txt"))
    first_label(page, "^(cat|dog|hen|pig|cow)$")
    panel(page).get_by_role("alert").wait_for(state="detached")


def test_a_dropped_list_names_the_classes_and_is_no_photo(page):
    page.evaluate(
        """names => { const carried = new DataTransfer();
            carried.items.add(new File([names.join('\\n')], 'names.txt', { type: 'text/plain' }));
            document.querySelector('.sqv-tile').dispatchEvent(
                new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: carried })); }""",
        NAMES,
    )
    first_label(page, "^(cat|dog|hen|pig|cow)$")
    assert page.locator(".sqv-tile").count() == 1
    assert page.locator(".sqv-failure").count() == 0


def test_a_preset_changes_the_answer_at_once_and_what_is_assumed_no_more_is_not_said(page, files):
    network, photo = files
    shown = panel(page)
    shown.get_by_label("What the model's photos go through").select_option("keras-style")
    used(page, "keras-style")
    expected = sv.load_model(network, preprocessing="keras-style").predict(photo)
    page.wait_for_function(
        "logit => document.querySelector('.sqv-logit').textContent === logit", arg=f"{expected.top(1)[0].logit:.2f}"
    )
    assert_shows(page, expected)
    unknown = page.get_by_role("note", name="What is unknown of the model")
    unknown.filter(has_not_text="Preprocessing assumed").wait_for()
    shown.get_by_role("button", name="Leave as numbers").click()
    page.locator(".sqv-unknown").wait_for(state="hidden")
    shown.get_by_role("button", name="Close").click()
    shown.wait_for(state="hidden")
    assert panel(page).is_visible(), "it can be said otherwise, later"


# All of them before the page has drawn any, as a browser fills forms in.
FILL = """texts => { for (const [name, text] of Object.entries(texts))
    for (const colour of ['red', 'green', 'blue']) {
        const field = document.querySelector(`[aria-label="${name}, ${colour}"]`);
        field.value = text;
        field.dispatchEvent(new Event('input', { bubbles: true }));
    } }"""


def test_fields_say_what_is_no_preset(page, files):
    network, photo = files
    shown = panel(page)
    shown.get_by_text("More than a preset").click()
    shown.get_by_label("values times").fill("1/127.5")
    shown.get_by_label("less the mean, blue").wait_for()
    page.evaluate(FILL, {"less the mean": "1", "by the deviation": "0.5"})
    shown.get_by_label("resize to, px").fill("nothing")
    shown.locator("button:disabled", has_text="Use these").wait_for()
    shown.get_by_label("resize to, px").fill("80")
    shown.get_by_role("button", name="Use these").click()  # once it can be pressed
    used(page, "as-said")
    how = sv.load_model(network).preprocessing.replace(
        name="as-said", scale=1 / 127.5, mean=(1, 1, 1), std=(0.5, 0.5, 0.5), resize_px=80
    )
    assert_shows(page, sv.load_model(network, preprocessing=how).predict(photo))


# The doctor ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def coloured(tmp_path):
    """A network that was trained with values from -1 to 1, and two photos of each of its classes."""
    network = tmp_path / "colours.onnx"
    network.write_bytes(colour_content(trained_with("-1 to 1")))
    names = write_names(tmp_path, [f"colour {index}" for index in range(len(COLOURS))])
    photos = []
    for index in range(len(COLOURS)):
        for seed in range(2):
            photos.append(tmp_path / f"photo-{index}-{seed}.png")
            Pillow.fromarray(colour_photo(index, seed)).save(photos[-1])
    return network, names, photos


def doctor_of(open_cell, network, names, photos, **how):
    source = f"import squeezeviz as sv\nmodel = sv.load_model({str(network)!r}, labels={str(names)!r})\n"
    page = open_cell(f"{source}sv.explore({[str(each) for each in photos]!r}, model=model)", **how)
    answered(page, len(photos))
    panel(page).get_by_role("button", name="Find out on photos").click()
    shown = page.get_by_role("region", name="Preprocessing doctor")
    shown.wait_for()
    return page, shown


def found(shown):
    shown.locator(".sqv-verdict").wait_for(timeout=120_000)
    return shown.locator(".sqv-verdict").inner_text()


def test_photos_whose_class_is_said_find_the_preprocessing_which_is_used_and_kept(open_cell, coloured):
    network, names, photos = coloured
    page, shown = doctor_of(open_cell, network, names, photos)
    assert "weaker evidence" in shown.inner_text()
    for photo in photos:
        index = re.match(r"photo-(\d+)", photo.name).group(1)
        shown.get_by_label(f"What {photo.name} shows").fill(f"colour {index}")
    shown.get_by_role("button", name="Try on 28 labelled photos").click()
    verdict = found(shown)
    model = sv.load_model(network, labels=names)
    assert verdict.startswith("RGB -1 to 1, ")
    assert "28 of 28 photos named right" in verdict
    first = shown.locator(".sqv-ranked").first
    assert "28 of 28 · 95 %: 88–100 %" in first.inner_text()
    assert shown.locator(".sqv-ranked", has_text="usual habit").count() == 1
    assert re.search(r"channel order\s+RGB\s+better than BGR", shown.locator(".sqv-choices").inner_text())
    best = first.get_attribute("data-preset")
    first.get_by_role("button").click()
    used(page, best)
    first.get_by_role("button", name="in use").wait_for()
    shown.get_by_role("button", name="Remember for this file").click()
    shown.get_by_text("Kept in colours.squeezeviz.json.").wait_for()
    again = sv.load_model(network)
    assert again.preprocessing.name == best
    assert again.assumed == ()
    assert [again.predict(photo).top(1)[0].class_index for photo in photos[::2]] == list(range(len(COLOURS)))
    assert model.preprocessing.name == "assumed"


def test_a_folder_is_tried_without_a_photo_on_the_page_and_the_work_can_be_stopped(open_cell, coloured, tmp_path):
    network, names, _ = coloured
    folder = write_photos(tmp_path / "all", 40)
    page, shown = doctor_of(open_cell, network, names, [])
    assert shown.get_by_role("button", name="Try on").is_disabled()
    shown.get_by_role("radio", name="a folder").click()
    shown.get_by_label("Folder", exact=True).fill(str(folder))
    shown.get_by_role("button", name="Try on the folder").click()
    page.wait_for_function("() => document.querySelector('.sqv-doctor progress')?.value > 0", timeout=120_000)
    page.keyboard.press("Escape")
    shown.get_by_text(re.compile("^stopped after")).wait_for()
    assert shown.locator(".sqv-verdict").count() == 0
    shown.get_by_label("Folder", exact=True).fill(str(write_photos(tmp_path / "few", 2)))
    shown.get_by_role("button", name="Try on the folder").click()
    assert found(shown).startswith("RGB -1 to 1, ")
    page.keyboard.press("Escape")
    shown.wait_for(state="hidden")


def test_the_keyboard_alone_names_a_photo_and_uses_what_is_found(open_cell, coloured):
    network, names, photos = coloured
    page, shown = doctor_of(open_cell, network, names, photos[:6])
    shown.get_by_label(f"What {photos[0].name} shows").focus()
    for photo in photos[:6]:
        page.keyboard.type("colour " + re.match(r"photo-(\d+)", photo.name).group(1))
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
    page.wait_for_function("() => document.activeElement.textContent === 'Try on 6 labelled photos'")
    page.keyboard.press("Enter")
    found(shown)
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.closest('.sqv-ranked').matches(':first-child')")
    page.keyboard.press("Enter")
    used(page, shown.locator(".sqv-ranked").first.get_attribute("data-preset"))
    page.keyboard.press("Escape")
    shown.wait_for(state="hidden")
    page.wait_for_function("() => document.activeElement.matches('.sqv')")


def test_without_labels_it_says_what_can_be_said_and_that_this_is_weaker(open_cell, coloured):
    network, names, photos = coloured
    _, shown = doctor_of(open_cell, network, names, photos[:8])
    shown.get_by_role("button", name="Try on 8 photos without labels").click()
    assert "this is weaker evidence than labels would be" in found(shown)
    assert "sure by" in shown.locator(".sqv-ranked").first.inner_text()
    assert not shown.locator(".sqv-choices").is_visible()


@pytest.mark.model
def test_visitors_of_an_app_are_offered_no_folder_and_nothing_is_kept_for_them(empty_app):
    page = empty_app
    page.locator(".sqv-sample").first.click()
    answered(page, 1)
    shown = panel(page)
    shown.get_by_label("What the model's photos go through").select_option("no-mean")
    used(page, "no-mean")
    shown.get_by_text("It holds for as long as this page is open.").wait_for()
    assert not shown.get_by_role("button", name="Remember for this file").is_visible()
    shown.get_by_role("button", name="Find out on photos").click()
    doctor = page.get_by_role("region", name="Preprocessing doctor")
    doctor.wait_for()
    assert not doctor.get_by_role("radio", name="a folder").is_visible()


def test_a_page_sent_as_one_file_says_nothing_of_it(files, tmp_path, browser):
    network, photo = files
    path = sv.export_page(photo, tmp_path / "page.html", model=sv.load_model(network), compared=[])
    with browser.new_context() as context:
        other = context.new_page()
        other.goto(path.as_uri())
        other.locator(".sqv-label").first.wait_for(timeout=120_000)
        assert "Labels unknown" in other.locator(".sqv-unknown").inner_text()
        for name in ("Say it here", "Labels and preprocessing", "Find out on photos"):
            assert other.get_by_role("button", name=name).count() == 0
