"""Feature visualization: pictures that excite a channel, a cell, a class or a direction, grown by gradient ascent."""
