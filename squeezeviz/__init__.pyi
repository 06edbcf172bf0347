# The public API. lazy_loader reads this file at run time, type checkers read it as it is, and a test pins it.
from .activations import Activations as Activations
from .architecture import Architecture as Architecture
from .architecture import Layer as Layer
from .errors import ChecksumError as ChecksumError
from .errors import ConversionError as ConversionError
from .errors import DownloadError as DownloadError
from .errors import FallbackWarning as FallbackWarning
from .errors import ImageError as ImageError
from .errors import LabelError as LabelError
from .errors import LayerError as LayerError
from .errors import ModelError as ModelError
from .errors import ModelNotFound as ModelNotFound
from .errors import PreprocessingError as PreprocessingError
from .errors import SqueezeVizError as SqueezeVizError
from .gallery import Sample as Sample
from .gallery import samples as samples
from .geometry import Geometry as Geometry
from .image import Image as Image
from .image import read_image as read_image
from .labels import Label as Label
from .labels import Labels as Labels
from .labels import imagenet_labels as imagenet_labels
from .loading import load_model as load_model
from .model import Model as Model
from .prediction import ClassScore as ClassScore
from .prediction import Prediction as Prediction
from .preprocessing import PRESETS as PRESETS
from .preprocessing import Preprocessing as Preprocessing
from .preprocessing import preset as preset
from .provenance import Provenance as Provenance
from .widgets.predictor import Predictor as Predictor
from .widgets.predictor import predictor as predictor

__version__: str
