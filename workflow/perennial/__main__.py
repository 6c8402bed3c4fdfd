"""``python -m perennial``."""

from perennial.cli import main

main()
