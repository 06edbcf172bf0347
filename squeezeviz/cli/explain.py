"""The subcommand ``explain``: why the network says what it says, by one of several methods, a subcommand each.

To add a method, write a function whose parameters Typer reads and register it in `app`, below.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperGroup

from squeezeviz.cli import explain_decomposition, explain_perturbation
from squeezeviz.cli.explain_attribution import attributions
from squeezeviz.cli.explain_judge import judge
from squeezeviz.errors import SqueezeVizError, did_you_mean, spoken
from squeezeviz.visible import visible

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["app"]


class _MethodFirst(TyperGroup):
    """A group whose first argument is a method; of anything else it says, in one line, what to type instead."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - Click's, or Typer's own, by version
        if args and not ctx.resilient_parsing and args[0] not in {*self.commands, *ctx.help_option_names}:
            raise SqueezeVizError(_instead(args, self.commands))
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=_MethodFirst,
    no_args_is_help=True,
    rich_markup_mode="rich",
    subcommand_metavar="METHOD IMAGE",
    help="""Say where an answer comes from: a subcommand for each method.

    The numbers of logit, contrast and receptive-field add up to the logit; occlusion and ablation run the network anew;
    the others attribute it, or any number of a layer, to pixels or cells, most of them by gradients.

    [dim]Examples:[/]

      squeezeviz explain logit coins

      squeezeviz explain contrast coins --class "golf ball" --contrast-class "Petri dish" --png why.png

      squeezeviz explain grad-cam coins --png where.png

      squeezeviz explain occlusion --help
    """,
)
# In the order of the help.
app.command()(explain_decomposition.logit)
app.command()(explain_decomposition.contrast)
app.command()(explain_decomposition.receptive_field)
app.command()(explain_decomposition.per_location)
app.command()(explain_decomposition.softmax)
app.command()(explain_perturbation.occlusion)
app.command()(explain_perturbation.ablation)
for _name, _subcommand in attributions():
    app.command(_name)(_subcommand)
app.command()(judge)


def _instead(args: list[str], methods: Collection[str]) -> str:
    """Say what to type where no method comes first."""
    said = f"explain: expected a method first, got {spoken(args[0])!r}; there are {', '.join(methods)}."
    misspelt = did_you_mean(args[0], methods)
    if misspelt and not _is_image(args[0]):
        return said + misspelt
    method, others = "logit", args
    if "--method" in args[:-1]:
        at = args.index("--method")
        method = args[at + 1] if args[at + 1] in methods else method
        others = args[:at] + args[at + 2 :]
    return f"{said} Type: {spoken(visible(shlex.join(['squeezeviz', 'explain', method, *others])))}"


def _is_image(text: str) -> bool:
    """Whether a sample is called that, however much it looks like a method: "coins" like "contrast"."""
    from squeezeviz.image.gallery import samples  # noqa: PLC0415 - only to say what is wrong

    return any(sample.name == text for sample in samples())
