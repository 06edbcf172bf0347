"""How much one page may ask of a kernel. What Python is told to do has no such bounds: these hold for messages."""

from __future__ import annotations

__all__ = [
    "DECODED_BYTES",
    "FILES_BYTES",
    "HUGE_MODEL_BYTES",
    "KEPT_MODELS_BYTES",
    "LARGE_MODEL_BYTES",
    "MOST_ASIDES",
    "MOST_BYTES",
    "MOST_COMPARED",
    "MOST_CROP_PX",
    "MOST_GROWN",
    "MOST_GROWN_STEPS",
    "MOST_ID",
    "MOST_KEPT_MODELS",
    "MOST_LISTED",
    "MOST_MODEL_BYTES",
    "MOST_MODEL_FILES",
    "MOST_PATH",
    "MOST_PHOTOS",
    "MOST_RUNS",
    "MOST_TERMS",
    "MOST_TEXT",
    "MOST_UNFINISHED_BYTES",
    "STALE_S",
    "VISITOR_FILES_BYTES",
    "VISITOR_MODEL_BYTES",
    "VISITOR_PHOTOS",
]

_MIB = 1 << 20

#: One file. A scan or a raw photo of any camera is smaller; the page refuses larger ones before it sends them.
MOST_BYTES = 200 * _MIB
#: Uploads that have not arrived whole, together: the largest file, and a few photos. The longest untouched goes first.
MOST_UNFINISHED_BYTES = 256 * _MIB
#: An upload of which nothing has come for so long was given up: pieces follow each other within milliseconds.
STALE_S = 60.0
#: Photos on a page: a class's worth. Each keeps its answer and two small pictures, about 0.2 MB, beside its file.
MOST_PHOTOS = 500
#: The files of a page's photos together, as they came: about a hundred photos of a telephone.
FILES_BYTES = 512 * _MIB
#: The same two of a visitor to an app, whose kernel is one of many: twenty photos of a telephone, or a hundred that are
#: small.
VISITOR_PHOTOS = 100
VISITOR_FILES_BYTES = 64 * _MIB
#: Decoded pixels that a page keeps, at 4 bytes or more each: the photo one looks at, up to some 14 megapixels, or a
#: hundred small ones. Whatever is beyond is decoded again when it is needed.
DECODED_BYTES = 100 * _MIB
#: Height and width of the input in a preprocessing of one's own. Every layer of one photo takes 60 MB at this size, a
#: run of ten crops 0.3 GB; at 2,000 pixels these were 0.9 and 2.5 GB.
MOST_CROP_PX = 512
#: Patches hidden, or pairs of channels ablated, in one go: all their logits, 33 MB for 1,000 classes.
MOST_RUNS = 8192
#: Pictures that grow at once, and steps that they take: some minutes of work at most, which anybody may end. Four take
#: about 150 MiB beside the model.
MOST_GROWN, MOST_GROWN_STEPS = 4, 2048
#: Photos that a grown picture is compared with: a run of the network each.
MOST_COMPARED = 100
#: Terms of a number: no layer of the published model has so many.
MOST_TERMS = 10_000
#: Answers that are worked out beside the page, waiting: more are clicks nobody remembers.
MOST_ASIDES = 32
#: Characters of a name: file systems end at 255.
MOST_TEXT = 255
#: Characters of a path within a data set, by which an atlas calls its photos: where Linux ends.
MOST_PATH = 4096
#: Characters of an id: random ones have 32, that of an atlas's photo is made of its name.
MOST_ID = MOST_PATH + 64
#: Names or numbers in a list: no layer of a usual network has more channels, no model of ours more classes.
MOST_LISTED = 4096
#: A model that a page brings, with its weights: 130 million parameters. ``SQUEEZEVIZ_MOST_MODEL_MB`` is another bound.
MOST_MODEL_BYTES = 512 * _MIB
#: The same of a visitor to an app, whose kernel is one of many: a ResNet-50 has 98 MiB.
VISITOR_MODEL_BYTES = 128 * _MIB
#: Files of one model: the network, and weights beside it.
MOST_MODEL_FILES = 512
#: Models from pages that are kept in the user's cache, and their files together; of a visitor's two, while it is there.
MOST_KEPT_MODELS = 8
KEPT_MODELS_BYTES = 2048 * _MIB
#: Models of larger files are loaded beside the page, which goes on meanwhile: below it takes a few tenths of a second.
LARGE_MODEL_BYTES = 8 * _MIB
#: Of larger ones every layer of one photo takes hundreds of megabytes: the photo before makes room first.
HUGE_MODEL_BYTES = 64 * _MIB
