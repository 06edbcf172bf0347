"""A picture of a page for where no kernel runs: `drawing.py` says what is in it, `sheet.py` what it is drawn on."""
