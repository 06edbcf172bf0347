"""Networks of torchvision and timm, weights at random, as ONNX files: what people bring.

Random weights let activations die out or overflow, so that statistics of batch normalisation are taken over one batch of
squares in random colours before a network is written: its maps are then of the size that a trained network's have. White
noise would not do: it averages out on its way, and what batch normalisation then magnifies is rounding.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["NETWORKS", "Foreign", "build", "write"]

_BATCH, _SQUARES = 4, 14


@dataclass(frozen=True)
class Foreign:
    """A network that is not ours.

    Attributes:
        name: As its library calls it.
        library: ``"torchvision"`` or ``"timm"``.
        px: Height and width of its input.
        is_transformer: Whether it has layers that are opened in part only.
        options: What else the library is told.
    """

    name: str
    library: str = "torchvision"
    px: int = 224
    is_transformer: bool = False
    options: tuple[tuple[str, Any], ...] = ()

    @property
    def file(self) -> str:
        """What its file is called."""
        return f"{self.library}-{self.name}-{self.px}.onnx"


_NO_AUX = (("aux_logits", False), ("init_weights", False))

NETWORKS = (
    *(
        Foreign(name)
        for name in (
            "alexnet", "vgg11_bn", "squeezenet1_0", "squeezenet1_1", "resnet18", "resnet50", "resnext50_32x4d",
            "wide_resnet50_2", "densenet121", "mobilenet_v2", "mobilenet_v3_small", "mobilenet_v3_large",
            "efficientnet_b0", "shufflenet_v2_x1_0", "mnasnet1_0", "regnet_y_400mf", "convnext_tiny",
        )
    ),
    Foreign("googlenet", options=_NO_AUX),
    Foreign("inception_v3", px=299, options=_NO_AUX),
    *(
        Foreign(name, "timm")
        for name in ("resnet26d", "tf_efficientnet_lite0", "repvgg_a0", "ghostnet_100", "rexnet_100", "dla34")
    ),
    Foreign("vit_b_16", is_transformer=True),
    Foreign("swin_t", is_transformer=True),
)  # fmt: skip


def write(network: Foreign, path: Path) -> None:
    """Build a network at random and write it, as ONNX; needs torch and the network's library."""
    import torch

    built = build(network)
    part = path.with_suffix(".part")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the exporter, to whom writes a network
        torch.onnx.export(
            built, (torch.zeros(1, 3, network.px, network.px),), str(part), dynamo=False, input_names=["input"],
            output_names=["logits"], dynamic_axes={"input": {0: "batch"}, "logits": {0: "batch"}},
        )  # fmt: skip
    part.replace(path)


def build(network: Foreign) -> Any:  # noqa: ANN401 - a torch module
    """Build a network at random, the same every time; needs torch and the network's library."""
    import torch

    torch.manual_seed(0)
    built = _built(network)
    _take_statistics(built, network.px)
    return built


def _built(network: Foreign) -> Any:  # noqa: ANN401 - a torch module
    options = dict(network.options)
    if network.library == "timm":
        import timm

        return timm.create_model(network.name, pretrained=False, exportable=True, **options).eval()
    import torchvision

    return torchvision.models.get_model(network.name, weights=None, **options).eval()


def _take_statistics(built: Any, px: int) -> None:  # noqa: ANN401 - a torch module
    import torch

    norms = [each for each in built.modules() if isinstance(each, torch.nn.modules.batchnorm._BatchNorm)]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # the mean over all batches, and there is one
        norm.train()
    coarse = torch.randn(_BATCH, 3, _SQUARES, _SQUARES)
    with torch.no_grad():
        built(torch.nn.functional.interpolate(coarse, size=px) + 0.1 * torch.randn(_BATCH, 3, px, px))
    built.eval()
