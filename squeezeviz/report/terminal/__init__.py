"""Results on a terminal: `show` of ``show.py``, a file a subject beside it."""
