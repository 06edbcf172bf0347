"""The same questions over folders of photos."""

from squeezeviz.dataset.evaluate import evaluate
from squeezeviz.dataset.evaluation import Evaluation, Result
from squeezeviz.dataset.photos import LabelledPhoto, find_photos

__all__ = ["Evaluation", "LabelledPhoto", "Result", "evaluate", "find_photos"]
