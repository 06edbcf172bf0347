"""The same questions over folders of photos."""

from squeezeviz.dataset.evaluate import evaluate
from squeezeviz.dataset.evaluation import Evaluation, Result
from squeezeviz.dataset.find import Found, find, find_photos
from squeezeviz.dataset.photos import Photo, Trouble
from squeezeviz.dataset.survey import Progress, Survey, survey

__all__ = [
    "Evaluation",
    "Found",
    "Photo",
    "Progress",
    "Result",
    "Survey",
    "Trouble",
    "evaluate",
    "find",
    "find_photos",
    "survey",
]
