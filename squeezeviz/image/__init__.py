"""Whatever a person calls a picture → upright 8-bit RGB. Every hostile input ends here, in one line.

`reading.py` takes the sources apart, `decoding.py` is the only file that opens foreign bytes, `kinds.py` names what is
no picture, `colours.py` brings every mode and depth to RGB, `profiles.py` knows ICC profiles.
"""

from squeezeviz.image.limits import MOST_BYTES, MOST_PIXELS
from squeezeviz.image.picture import Image
from squeezeviz.image.reading import ImageSource, batches, read_image

__all__ = ["MOST_BYTES", "MOST_PIXELS", "Image", "ImageSource", "batches", "read_image"]
