"""The protobuf messages of Caffe2 and Caffe, declared for the fields their published models use.

Declaring them here, rather than shipping generated code, keeps one readable table of what is read and written. Field
order, presence and packing matter: the published files carry explicit empty names and unpacked numbers, and are rebuilt
byte for byte from these declarations (proto2: presence is kept, repeated numbers are unpacked unless said otherwise).

``parse`` maps every protobuf error onto `ConversionError`.
"""

from __future__ import annotations

from typing import Any, TypeVar

from google.protobuf import descriptor_pb2, descriptor_pool, message, message_factory

from squeezeviz.errors import ConversionError

Message = TypeVar("Message", bound=message.Message)

_TYPES = {
    "float": descriptor_pb2.FieldDescriptorProto.TYPE_FLOAT,
    "int32": descriptor_pb2.FieldDescriptorProto.TYPE_INT32,
    "int64": descriptor_pb2.FieldDescriptorProto.TYPE_INT64,
    "string": descriptor_pb2.FieldDescriptorProto.TYPE_STRING,
    "bytes": descriptor_pb2.FieldDescriptorProto.TYPE_BYTES,
}

# message → (field, number, type); [] repeats, [packed] repeats in one length-delimited run.
_CAFFE2 = {
    "Argument": [
        ("name", 1, "string"),
        ("f", 2, "float"),
        ("i", 3, "int64"),
        ("s", 4, "bytes"),
        ("floats", 5, "float[]"),
        ("ints", 6, "int64[]"),
        ("strings", 7, "bytes[]"),
        ("n", 8, "NetDef"),
        ("nets", 9, "NetDef[]"),
    ],
    "OperatorDef": [
        ("input", 1, "string[]"),
        ("output", 2, "string[]"),
        ("name", 3, "string"),
        ("type", 4, "string"),
        ("arg", 5, "Argument[]"),
        ("engine", 7, "string"),
    ],
    "NetDef": [
        ("name", 1, "string"),
        ("op", 2, "OperatorDef[]"),
        ("external_input", 7, "string[]"),
        ("external_output", 8, "string[]"),
    ],
}

_CAFFE = {
    "BlobShape": [("dim", 1, "int64[packed]")],
    "BlobProto": [
        ("num", 1, "int32"),
        ("channels", 2, "int32"),
        ("height", 3, "int32"),
        ("width", 4, "int32"),
        ("data", 5, "float[packed]"),
        ("shape", 7, "BlobShape"),
    ],
    "LayerParameter": [("name", 1, "string"), ("type", 2, "string"), ("blobs", 7, "BlobProto[]")],
    "V1LayerParameter": [("name", 4, "string"), ("blobs", 6, "BlobProto[]")],
    "NetParameter": [("name", 1, "string"), ("layers", 2, "V1LayerParameter[]"), ("layer", 100, "LayerParameter[]")],
}


def _declare(package: str, messages: dict[str, list[tuple[str, int, str]]]) -> dict[str, Any]:
    """Return the message classes of one package, by name, from its table of fields."""
    proto = descriptor_pb2.FileDescriptorProto(name=f"squeezeviz/{package}.proto", package=package, syntax="proto2")
    for message_name, fields in messages.items():
        declared = proto.message_type.add(name=message_name)
        for name, number, spelled in fields:
            type_name, _, repeats = spelled.partition("[")
            field = declared.field.add(name=name, number=number)
            field.label = field.LABEL_REPEATED if repeats else field.LABEL_OPTIONAL
            if type_name in _TYPES:
                field.type = _TYPES[type_name]
            else:
                field.type, field.type_name = field.TYPE_MESSAGE, f".{package}.{type_name}"
            if repeats == "packed]":
                field.options.packed = True
    # A pool of our own: another package in the process may have declared the same names.
    pool = descriptor_pool.DescriptorPool()
    pool.Add(proto)
    return {name: message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{package}.{name}")) for name in messages}


_caffe2 = _declare("squeezeviz_caffe2", _CAFFE2)
_caffe = _declare("squeezeviz_caffe", _CAFFE)

#: A Caffe2 network: operators in execution order, with the names that cross its border.
NetDef = _caffe2["NetDef"]
OperatorDef = _caffe2["OperatorDef"]
Argument = _caffe2["Argument"]
#: A trained Caffe network: layers with their weight blobs.
NetParameter = _caffe["NetParameter"]


def parse(message_class: type[Message], content: bytes, *, what: str) -> Message:
    """Read one message.

    Args:
        message_class: `NetDef` or `NetParameter`.
        content: The file's bytes.
        what: How to name the file in an error.

    Raises:
        ConversionError: The bytes are not such a message.
    """
    parsed: Message = message_class()
    try:
        parsed.ParseFromString(content)
    except (message.DecodeError, UnicodeDecodeError) as exc:
        kind = message_class.DESCRIPTOR.name
        reason = f"{what}: expected a {kind} in protobuf form, but {len(content):,} bytes do not parse as one ({exc})"
        raise ConversionError(f"{reason}. The file may be cut off, or of another kind.") from exc
    return parsed
