"""The command line: one verb a task. Errors take one line and exit with 2; ``--debug`` shows the traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from squeezeviz import __version__
from squeezeviz import cli_evidence as _methods  # noqa: F401 - they add themselves to `explain`
from squeezeviz import cli_what_if as _what_if  # noqa: F401 - as those before
from squeezeviz.cli_explain import add_explain
from squeezeviz.cli_figure import add_figure
from squeezeviz.errors import SqueezeVizError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from squeezeviz.model import Model
    from squeezeviz.preprocessing import Preprocessing

app = typer.Typer(
    name="squeezeviz",
    help="Look inside SqueezeNet 1.1: what it says of a photo, and what every layer saw on the way.",
    epilog="Begin with:  squeezeviz lab      or, without a browser:  squeezeviz predict coffee",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
ModelName = Annotated[
    str | None,
    typer.Option(
        "--model",
        "-m",
        metavar="NAME|PATH",
        help="A registered name, a folder, or an .onnx file; by default the published model, else the one in the box.",
    ),
]


_PRESET_HELP = "A preset, such as caffe2-aspect, or a JSON file that describes one"
Presets = Annotated[
    list[str] | None,
    typer.Option("--preprocessing", "-p", metavar="PRESET|FILE", help=f"{_PRESET_HELP}; may be given several times."),
]


class To(StrEnum):
    """What `convert` writes."""

    onnx = "onnx"
    openvino = "openvino"


class Precision(StrEnum):
    """How `convert` stores weights."""

    fp32 = "fp32"
    fp16 = "fp16"


class Reference(StrEnum):
    """What `evaluate` compares with."""

    published = "published"


# Top-1 and top-5 on ImageNet's validation set, as published for the Caffe2 files.
PUBLISHED_ACCURACY = (0.56502, 0.79576)
_MUCH_TO_SEND = 50_000_000  # bytes


def _version(*, asked: bool) -> None:
    if asked:
        typer.echo(f"squeezeviz {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
    version: Annotated[
        bool,
        typer.Option(
            "--version", help="Show the version.", callback=lambda asked: _version(asked=asked), is_eager=True
        ),
    ] = False,
) -> None:
    """Hold the options that come before the verb; `main` reads ``--debug`` itself."""
    del debug, version


def _print_json(value: Any) -> None:  # noqa: ANN401 - plain data
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def _load(name: str | None) -> Model:
    """Load a model, and say on standard error if another stands in for the one wanted."""
    from squeezeviz.console import print_fallback  # noqa: PLC0415 - heavy
    from squeezeviz.loading import load_without_warning  # noqa: PLC0415 - heavy

    model = load_without_warning(name)
    if model.fallback is not None:
        print_fallback(model.fallback)
    return model


@app.command()
def lab(
    notebook: Annotated[Path | None, typer.Argument(help="A notebook to open; the explorer by default.")] = None,
    model: ModelName = None,
    port: Annotated[int | None, typer.Option(help="Port on 127.0.0.1; a free one by default.")] = None,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the browser.")] = True,
) -> None:
    """Open JupyterLab on the explorer.

    [dim]Examples:[/]

      squeezeviz lab

      squeezeviz lab my.ipynb --port 8890 --no-browser

      squeezeviz lab --model squeezenet1.1-shapes
    """
    from squeezeviz.server import lab_command  # noqa: PLC0415 - only this verb needs it

    command = lab_command(_notebook(notebook), port=port, browser=browser)
    raise typer.Exit(subprocess.call(command, env=_with_model(model, os.environ)))  # noqa: S603 - our own argv


@app.command(name="app")
def stand_alone(
    notebook: Annotated[Path | None, typer.Argument(help="A notebook to show; the explorer by default.")] = None,
    model: ModelName = None,
    port: Annotated[int | None, typer.Option(help="Port on 127.0.0.1; a free one by default.")] = None,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the browser.")] = True,
) -> None:
    """Show a notebook as a page of its own, without code, through Voilà.

    [dim]Examples:[/]

      squeezeviz app

      squeezeviz app my.ipynb --port 8870 --no-browser
    """
    from squeezeviz.server import app_command, app_environment  # noqa: PLC0415 - only this verb needs it

    command = app_command(_notebook(notebook), port=port, browser=browser)
    raise typer.Exit(subprocess.call(command, env=_with_model(model, app_environment())))  # noqa: S603 - our own argv


def _with_model(name: str | None, environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment in which kernels load the model that was chosen, once it is known to be there."""
    if name is None:
        return dict(environment)
    from squeezeviz.console import BarProgress  # noqa: PLC0415 - heavy
    from squeezeviz.zoo import REGISTRY, find  # noqa: PLC0415 - heavy

    with BarProgress() as progress:
        files = find(name, on_event=progress)
    # A kernel runs in another folder: a path has to be absolute.
    chosen = (
        name if name in REGISTRY else str((files.paths[0] if files.kind == "onnx" else files.paths[0].parent).resolve())
    )
    return {**environment, "SQUEEZEVIZ_MODEL": chosen}


def _notebook(asked: Path | None) -> Path:
    from squeezeviz.server import workspace  # noqa: PLC0415 - only two verbs need it

    if asked is not None and not asked.is_file():
        raise SqueezeVizError(f"{asked}: no such notebook; leave it out to open the explorer")
    return asked or workspace() / "02_explore.ipynb"


@app.command()
def predict(
    images: Annotated[
        list[str], typer.Argument(metavar="IMAGE…", help="Paths, or names of samples.", show_default=False)
    ],
    top: Annotated[int, typer.Option(min=1, max=1000, help="How many classes to show.")] = 5,
    preprocessing: Annotated[
        str | None,
        typer.Option(
            "--preprocessing", "-p", metavar="PRESET|FILE", help=f"{_PRESET_HELP}; the model's own by default."
        ),
    ] = None,
    model: ModelName = None,
    as_json: Json = False,
) -> None:
    """Say what photos show.

    [dim]Examples:[/]

      squeezeviz predict coffee

      squeezeviz predict cat.jpg dog.png --top 3 --preprocessing caffe2-aspect

      squeezeviz predict shape-star --model squeezenet1.1-shapes

      squeezeviz predict *.jpg --json | jq '.[].top[0].label'
    """
    from squeezeviz import read_image  # noqa: PLC0415 - heavy

    pictures = [read_image(image) for image in images]
    predictions = _load(model).predict(pictures, _how(preprocessing) if preprocessing else None)
    if as_json:
        results = [prediction.to_dict(top) for prediction in predictions]
        for result, image in zip(results, images, strict=True):
            result["image"] = image
        _print_json(results)
        return
    from squeezeviz.console import print_prediction  # noqa: PLC0415 - heavy

    for prediction, picture in zip(predictions, pictures, strict=True):
        print_prediction(prediction, top, picture.notes)


def _how(text: str) -> Preprocessing:
    """Read a preset from a JSON file, or look it up by name."""
    from squeezeviz.preprocessing import Preprocessing, preset  # noqa: PLC0415 - heavy

    path = Path(text)
    if path.suffix != ".json":
        return preset(text)
    try:
        return Preprocessing.from_json(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as exc:
        raise SqueezeVizError(f"{path}: expected a preset as JSON; cannot be read ({exc})") from exc


@app.command()
def compare(
    image: Annotated[str, typer.Argument(metavar="IMAGE", help="A path, or the name of a sample.")],
    preprocessing: Presets = None,
    classes: Annotated[
        list[str] | None,
        typer.Option(
            "--class", "-c", metavar="CLASS", help="Show how this class's logit moves; may be given several times."
        ),
    ] = None,
    model: ModelName = None,
    as_json: Json = False,
) -> None:
    """Show what the preparation of a photo does to the answer; the first preset is what the others are compared with.

    [dim]Examples:[/]

      squeezeviz compare coffee

      squeezeviz compare cat.jpg -p caffe2 -p caffe2-aspect -p mine.json --class tabby

      squeezeviz compare chelsea --json | jq '.variants[].parting'
    """
    from squeezeviz import compare_preprocessing, read_image  # noqa: PLC0415 - heavy
    from squeezeviz.comparison import MOST_VARIANTS  # noqa: PLC0415 - heavy
    from squeezeviz.preprocessing import PRESETS  # noqa: PLC0415 - heavy

    picture = read_image(image)
    hows = [_how(text) for text in preprocessing or list(PRESETS)[:MOST_VARIANTS]]
    made = compare_preprocessing(_load(model), picture, hows)
    differences = {key: made.logit_differences(key) for key in classes or []}
    if as_json:
        _print_json(made.to_dict() | {"logit_differences": differences})
        return
    from squeezeviz.console import print_comparison  # noqa: PLC0415 - heavy

    print_comparison(made, differences)


@app.command()
def evaluate(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="A folder a class, or photos with a list of labels.")
    ],
    labels: Annotated[
        Path | None,
        typer.Option(
            "--labels",
            metavar="FILE",
            help="Lines of 'file label', or a table; by default labels.tsv or the like in FOLDER.",
        ),
    ] = None,
    preprocessing: Presets = None,
    reference: Annotated[
        Reference | None, typer.Option(help="Compare with the accuracy published for this model: 56.502 / 79.576 %.")
    ] = None,
    photos: Annotated[
        Path | None,
        typer.Option("--photos", metavar="FILE", help="Write every photo's answer: .csv, .json or .parquet."),
    ] = None,
    classes: Annotated[
        Path | None,
        typer.Option("--classes", metavar="FILE", help="Write every class's score: .csv, .json or .parquet."),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Photos under way at once; one a processor by default.")
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Begin anew, whatever an earlier run has left.")] = False,
    model: ModelName = None,
    as_json: Json = False,
) -> None:
    """Measure how often a model is right on labelled photos, in one preparation or several.

    Stopped with Ctrl-C, the same command goes on from there.

    [dim]Examples:[/]

      squeezeviz evaluate photos

      squeezeviz evaluate val --labels val.txt -p caffe2 -p caffe2-aspect --reference published

      squeezeviz evaluate photos --photos answers.csv --json
    """
    from squeezeviz.console import CountProgress, print_evaluation, remarks  # noqa: PLC0415 - heavy
    from squeezeviz.dataset import evaluate as run  # noqa: PLC0415 - heavy
    from squeezeviz.dataset.writing import check_format, write_table  # noqa: PLC0415 - heavy

    for path in (photos, classes):
        if path is not None:
            check_format(path)
    hows = [_how(text) for text in preprocessing] if preprocessing else None
    loaded = _load(model)
    with CountProgress("photos") as progress:
        try:
            made = run(
                loaded, folder, hows, listing=labels, workers=workers, resume=not fresh,
                on_progress=progress,
            )  # fmt: skip
        except KeyboardInterrupt:
            remarks.print(f"stopped after {progress.done:,} of {progress.count:,}; the same command goes on from there")
            raise typer.Exit(130) from None
    if as_json:
        _print_json(made.to_dict() | ({"published": list(PUBLISHED_ACCURACY)} if reference else {}))
    else:
        print_evaluation(made, PUBLISHED_ACCURACY if reference else None)
    if photos is not None:
        write_table(photos, made.by_photo())
    if classes is not None:
        write_table(classes, made.by_class())


@app.command()
def info(
    model: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME|PATH]", help="A registered name, a folder, or an .onnx file; chosen as by predict."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Show the layers of a model: shapes, parameters, operations, receptive fields.

    [dim]Examples:[/]

      squeezeviz info

      squeezeviz info my.onnx --json | jq .gflops
    """
    loaded = _load(model)
    if as_json:
        how = loaded.preprocessing
        described = loaded.architecture.to_dict()
        described["input"] |= {"channel_order": how.channel_order, "preprocessing": how.to_dict()}
        _print_json({"model": loaded.name, "sha256": loaded.sha256, **described})
        return
    from squeezeviz.console import print_architecture  # noqa: PLC0415 - heavy

    print_architecture(loaded.name, loaded.architecture)


@app.command()
def download(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="A registered model; the published one by default.")
    ] = None,
    source_dir: Annotated[
        Path | None,
        typer.Option(
            "--from",
            metavar="DIR",
            help="Take the files from a folder instead: the Caffe2 pair, or the original .caffemodel.",
        ),
    ] = None,
    list_models: Annotated[bool, typer.Option("--list", help="List the registered models and where they are.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print progress as JSON lines for programs.")] = False,
) -> None:
    """Fetch and verify a model; nothing happens if it is here already.

    [dim]Examples:[/]

      squeezeviz download

      squeezeviz download --from ~/Downloads

      squeezeviz download --list
    """
    from squeezeviz.console import BarProgress, JsonProgress, out  # noqa: PLC0415 - heavy
    from squeezeviz.zoo import DEFAULT_MODEL, REGISTRY, locate  # noqa: PLC0415 - heavy
    from squeezeviz.zoo import download as fetch  # noqa: PLC0415

    name = name or DEFAULT_MODEL
    if list_models:
        _list_models(as_json=as_json)
        return
    if source_dir is None and name in REGISTRY and (here := locate(name)) is not None:
        folder = here.paths[0].parent
        if as_json:
            typer.echo(json.dumps({"kind": "done", "folder": str(folder)}))
        else:
            out.print(f"{name}: verified in {folder}", soft_wrap=True)
        return
    with JsonProgress() if as_json else BarProgress() as progress:
        files = fetch(name, from_dir=source_dir, on_event=progress)
    if not as_json:
        out.print(f"{name}: verified in {files.paths[0].parent}", soft_wrap=True)


def _list_models(*, as_json: bool) -> None:
    from squeezeviz.console import out  # noqa: PLC0415 - heavy
    from squeezeviz.zoo import REGISTRY, locate  # noqa: PLC0415 - heavy

    rows = []
    for entry in REGISTRY.values():
        here = locate(entry.name)
        size = sum(file.size_bytes for file in entry.files)
        folder = str(here.paths[0].parent) if here else None
        rows.append(
            {"name": entry.name, "title": entry.title, "bytes": size, "licence": entry.licence, "folder": folder}
        )
    if as_json:
        _print_json(rows)
        return
    for row in rows:
        out.print(
            f"[bold]{row['name']}[/]  {row['title']}  [dim]{row['bytes']:,} bytes, {row['licence']}[/]",
            soft_wrap=True,
        )
        out.print(f"  {row['folder'] or 'not here yet: squeezeviz download ' + str(row['name'])}", soft_wrap=True)


@app.command()
def convert(
    model: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME|DIR]",
            help="A registered name, or a folder with a Caffe2 pair; the published model by default, never another.",
        ),
    ] = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="OUT", help="A file, or a folder to write into.")
    ] = Path(),
    to: Annotated[To, typer.Option(help="What to write; openvino takes the extra squeezeviz\\[openvino].")] = To.onnx,
    precision: Annotated[Precision, typer.Option(help="How weights are stored.")] = Precision.fp32,
    fold_preprocessing: Annotated[
        bool,
        typer.Option("--fold-preprocessing", help="Fold the means into conv1: the model then takes BGR values 0-255."),
    ] = False,
) -> None:
    """Write a model as ONNX or OpenVINO, for use elsewhere.

    [dim]Examples:[/]

      squeezeviz convert -o squeezenet.onnx

      squeezeviz convert -o out --to openvino --precision fp16 --fold-preprocessing
    """
    from squeezeviz.console import out  # noqa: PLC0415 - heavy
    from squeezeviz.export import export_model  # noqa: PLC0415 - heavy
    from squeezeviz.loading import load_content  # noqa: PLC0415 - heavy
    from squeezeviz.model import Model  # noqa: PLC0415 - heavy
    from squeezeviz.zoo import DEFAULT_MODEL  # noqa: PLC0415 - heavy

    files, content = load_content(model or DEFAULT_MODEL)
    folded = Model(content, name=files.name, sha256=files.sha256[0]).preprocessing if fold_preprocessing else None
    written = export_model(content, output, to=to.value, precision=precision.value, preprocessing=folded)
    for path in written:
        out.print(f"{path}  {path.stat().st_size:,} bytes", soft_wrap=True)


@app.command()
def export(
    images: Annotated[
        list[str], typer.Argument(metavar="IMAGE…", help="Paths, or names of samples.", show_default=False)
    ],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="OUT", help="The HTML file to write.")] = Path(
        "page.html"
    ),
    preprocessing: Annotated[
        str | None,
        typer.Option(
            "--preprocessing", "-p", metavar="PRESET|FILE", help=f"{_PRESET_HELP}; the one the page begins with."
        ),
    ] = None,
    compared: Annotated[
        list[str] | None,
        typer.Option(
            "--compare",
            metavar="PRESET",
            help="A preset to choose on the page as well; may be given several times; six by default.",
        ),
    ] = None,
    layer: Annotated[str, typer.Option(metavar="NAME", help="The layer on show.")] = "fire5/concat",
    model: ModelName = None,
) -> None:
    """Write the explorer of some photos as one HTML file: every layer, live, without a kernel or a network.

    [dim]Examples:[/]

      squeezeviz export cat.jpg -o cat.html

      squeezeviz export coffee chelsea -o two.html --layer fire9/concat --compare rgb-by-mistake

      squeezeviz export shape-star --model squeezenet1.1-shapes
    """
    from squeezeviz import export_page, read_image  # noqa: PLC0415 - heavy
    from squeezeviz.console import out, remarks  # noqa: PLC0415 - heavy

    pictures = [read_image(image) for image in images]
    loaded = _load(model)
    chosen = {} if compared is None else {"compared": compared}
    how = _how(preprocessing) if preprocessing else "caffe2"
    path = export_page(pictures, output, model=loaded, preprocessing=how, layer=layer, **chosen)
    size = path.stat().st_size
    out.print(f"{path}  {size:,} bytes", soft_wrap=True)
    if size > _MUCH_TO_SEND:
        remarks.print(f"{size / 1e6:.0f} MB is too large for most mail; fewer photos or presets make it smaller")


@app.command()
def samples(as_json: Json = False) -> None:
    """List the photos that come with installed packages, and drawn shapes; names work wherever a path does."""
    from squeezeviz import samples as all_samples  # noqa: PLC0415 - heavy

    if as_json:
        _print_json(
            [
                {
                    "name": sample.name,
                    "title": sample.title,
                    "package": sample.package,
                    "credit": sample.credit,
                    "path": str(sample.path) if sample.path else None,
                    "is_drawn": sample.is_drawn,
                }
                for sample in all_samples()
            ]
        )
        return
    from squeezeviz.console import print_samples  # noqa: PLC0415 - heavy

    print_samples(all_samples())


add_figure(app, _load, _how)
add_explain(app, _load, _how)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; an error raised on purpose takes one line on standard error and exits with 2."""
    given = sys.argv[1:] if arguments is None else arguments
    debug = "--debug" in given
    given = [argument for argument in given if argument != "--debug"]
    try:
        app(args=given, prog_name="squeezeviz")
    except SqueezeVizError as exc:
        if debug:
            raise
        first, *rest = str(exc).splitlines()
        typer.echo(f"squeezeviz: {first}", err=True)
        for line in rest:
            typer.echo(line, err=True)
        raise SystemExit(2) from None
