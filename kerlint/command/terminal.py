"""Whether what is printed may have colours."""

from __future__ import annotations

import os
import sys
from typing import TextIO


def is_coloured(when: str, stream: TextIO | None = None) -> bool:
    """As agreed on https://no-color.org and https://force-color.org; the option beats both."""
    if when != "auto":
        return when == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return (stream or sys.stdout).isatty() and os.environ.get("TERM") != "dumb"
