"""``python -m kerlint`` and the command ``kerlint``."""

import sys

from kerlint import interrupts


def run() -> None:
    """Run the command line and exit with its code. Ctrl-C is quiet from the first import on."""
    interrupts.end_at_once()
    try:
        from kerlint.cli import main

        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(interrupts.CODE)


if __name__ == "__main__":
    run()
