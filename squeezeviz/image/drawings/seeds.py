"""Which seeds belong to what, so that nothing is ever judged on pictures that it has learned from."""

#: Held-out pictures have seeds from here on; those the training draws begin at 0, and a few just below here check it.
HELD_OUT = 10_000_000
#: The gallery's samples, and with them the tests' pictures that a person may look at.
GALLERY = 40_000_001
