"""``python -m kerlint``: the same as the command ``kerlint``."""

from kerlint.cli import main

if __name__ == "__main__":
    main()
