"""``python -m kerlint``: the same as the command ``kerlint``."""

import sys

from kerlint.cli import main

if __name__ == "__main__":
    sys.exit(main())
