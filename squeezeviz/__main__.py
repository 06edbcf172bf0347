"""``python -m squeezeviz``."""

from squeezeviz.cli import main

main()
