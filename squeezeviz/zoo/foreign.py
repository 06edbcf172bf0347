"""What a file of a model is that this product does not read, and how to make an ONNX file of it.

Told by the first bytes, and by the name where these say nothing. None of these files is opened: a pickle runs code.
"""

from __future__ import annotations

from pathlib import PurePath

from squeezeviz.errors import spoken

__all__ = ["why_not_read"]

_FROM_TORCH = 'torch.onnx.export(model.eval(), torch.zeros(1, 3, 224, 224), "my_model.onnx")'
_PICKLE = (
    f"is a pickle, as PyTorch writes it: opening it would run what is in it. Where the model was made: {_FROM_TORCH}"
)
_TORCH = f"is a PyTorch file, which is not opened: it may run code. Where the model was made: {_FROM_TORCH}"
_KERAS = "is a Keras model. Make an ONNX file of it: model.export(\"my_model.onnx\", format='onnx')"
_TFLITE = (
    "is a TensorFlow Lite model. Make an ONNX file of it: python -m tf2onnx.convert --tflite FILE --output NEW.onnx"
)
_SAFETENSORS = f"holds weights only, not the network. Load them into the model where it was made, then: {_FROM_TORCH}"
_GRAPH = (
    "is neither init_net.pb nor predict_net.pb of a Caffe2 pair. Of a TensorFlow graph an ONNX file is made by "
    "python -m tf2onnx.convert --graphdef FILE --output NEW.onnx --inputs … --outputs …"
)
_CAFFE = "is a Caffe file, which is not read here. For SqueezeNet 1.1: squeezeviz download --from DIR"
_POINTER = "is a Git LFS pointer, which stands for the file: git lfs pull fetches it"
_OTHER = "is no ONNX file"

_BY_ENDING = {
    **dict.fromkeys((".pt", ".pth", ".ckpt", ".torchscript", ".ptl", ".pt2"), _TORCH),
    **dict.fromkeys((".pkl", ".pickle"), _PICKLE),
    **dict.fromkeys((".h5", ".hdf5", ".keras"), _KERAS),
    ".tflite": _TFLITE,
    ".safetensors": _SAFETENSORS,
    ".caffemodel": _CAFFE,
    **dict.fromkeys((".mlmodel", ".engine", ".trt", ".xml", ".gguf", ".pdmodel"), _OTHER),
}
_REMEDY = "; expected an .onnx file, or init_net.pb and predict_net.pb together"


def why_not_read(name: str, head: bytes) -> str:
    """Return why a file is not read as a model, in a line with what to do; empty where it may be one.

    Args:
        name: What it is called.
        head: Its first bytes, 16 or more where it has as many.
    """
    ending = PurePath(name).suffix.lower()
    if not head:
        return f"{spoken(name)} is empty: export or download it again"
    is_graph = ending == ".pb" and not any(part in name.lower() for part in ("init_net", "predict_net"))
    why = _by_content(head, ending) or _BY_ENDING.get(ending, "") or (_GRAPH if is_graph else "")
    return f"{spoken(name)} {why}{_REMEDY if why == _OTHER else ''}" if why else ""


def _by_content(head: bytes, ending: str) -> str:
    is_pickle = head[:1] == b"\x80" and head[1:2] in b"\x02\x03\x04\x05" and head[2:3] in b"\x95c}](XKJMU"
    is_safetensors = head[8:9] == b"{" and 0 < int.from_bytes(head[:8], "little") < 1 << 30
    found = (
        (head.startswith(b"PK\x03\x04"), _KERAS if ending == ".keras" else _TORCH),
        (is_pickle, _PICKLE),
        (head.startswith(b"\x89HDF\r\n\x1a\n"), _KERAS),
        (head[4:8] == b"TFL3", _TFLITE),
        (is_safetensors, _SAFETENSORS),
        (head.startswith(b"version https://git-lfs"), _POINTER),
    )
    return next((why for is_it, why in found if is_it), "")
