"""``python -m kerlint`` and the command ``kerlint``."""

import sys


def run() -> None:
    """Run the command line; Ctrl-C is quiet from the first import on."""
    try:
        from kerlint.cli import main

        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    run()
