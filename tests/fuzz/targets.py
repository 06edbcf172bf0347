"""What is fuzzed, by name: the module that makes cases and tries them."""

from __future__ import annotations

TARGETS = {
    "pictures": "tests.fuzz.pictures",
    "caffe2": "tests.fuzz.caffe2_pairs",
    "onnx": "tests.fuzz.onnx_files",
    "labels": "tests.fuzz.label_files",
    "atlas": "tests.fuzz.atlases",
    "zarr": "tests.fuzz.stores",
    "messages": "tests.fuzz.messages",
}
