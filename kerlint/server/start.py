"""Starts the server, if what it needs is installed."""

from __future__ import annotations

MISSING = "the server needs pygls 2: pip install 'kerlint[server]'"


def is_possible() -> bool:
    """Whether pygls 2 is installed."""
    try:
        from pygls.lsp.server import LanguageServer  # noqa: F401  # pygls 1 does not have it
    except ImportError:
        return False
    return True


def serve() -> int:
    """Serve over standard input and output until the client leaves; returns the exit code."""
    from kerlint.server.server import main

    return main()
