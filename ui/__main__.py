"""``python -m ui`` is ``dragoman``."""

from ui.cli import main

main()
