"""What is known of a code without importing its rule."""

from __future__ import annotations

from kerlint.diagnostics import Severity
from kerlint.lazy_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """One code and what is known of it without an import of its rule.

    ``summary`` is the first line of its page. A file that has none of ``required_bytes`` cannot
    have the finding; empty when there are no such bytes. ``subject`` is the type that the rule
    checks, empty for a code that is reported elsewhere. ``module`` holds the rule; a code without
    one has its page in ``page``. ``plugin`` is the package that the rule comes from, with its
    version; empty for kerlint's own. ``preview``: it is new and may still change.
    """

    code: str
    name: str
    severity: Severity
    default: bool
    required_bytes: tuple[bytes, ...]
    summary: str
    subject: str = ""
    module: str = ""
    page: str = ""
    plugin: str = ""
    preview: bool = False

    @property
    def text(self) -> str:
        """The page that `kerlint explain` shows, its first line the summary."""
        if self.page or not self.module:
            return self.page
        from kerlint.rules import load

        return load(self).page
