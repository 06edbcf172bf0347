"""Results as HTML for notebooks: `render` of ``render.py``, a file a subject beside it."""
