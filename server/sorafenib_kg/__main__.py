"""``python -m sorafenib_kg``: the command line."""

from sorafenib_kg.cli import main

main()
