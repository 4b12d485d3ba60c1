"""The addresses of the pages of rules on the web, if the package says where they are."""

from __future__ import annotations

import functools

_LABEL = "rules"


@functools.lru_cache(maxsize=1)
def _page() -> str:
    """The address of the page of all rules: the project URL with the label ``Rules``."""
    from importlib.metadata import PackageNotFoundError, metadata

    try:
        urls = metadata("kerlint").get_all("Project-URL") or []
    except PackageNotFoundError:
        return ""
    for url in urls:
        label, _, address = str(url).partition(",")
        if label.strip().lower() == _LABEL:
            return address.strip()
    return ""


def address_of(code: str) -> str | None:
    """The address of the page of a rule; None when the package does not say where it is.

    Those of rules that other packages add are not known.
    """
    page = _page() if code.startswith("KER") else ""
    return f"{page}#{code.lower()}" if page else None
