"""What Keras is, as data: names and their history, signatures, and what old arguments do today.

The data in ``data/`` are measured from Keras releases by ``kerlint.keras_api.generate``; the few
facts that no release shows are written by hand in ``facts``. Nothing here imports Keras.
"""

from kerlint.keras_api.history import Removed, Rename, removed_method, renamed_argument
from kerlint.keras_api.names import (
    Located,
    bare_name,
    exists,
    locate,
    missing_prefix,
    public_members,
    releases_of,
    replacement,
    star_members,
)
from kerlint.keras_api.signatures import (
    OPAQUE,
    REQUIRED,
    Marker,
    Outcome,
    Param,
    Signature,
    accepted_kwargs,
    outcome,
    refuses,
    signature,
)
from kerlint.keras_api.store import LATEST, LEGACY, RELEASES, TRIED, nearest_release, version_name
from kerlint.keras_api.symbols import Symbol, kind_of, resolve_string, strings_for, symbol

__all__ = [
    "LATEST",
    "LEGACY",
    "OPAQUE",
    "RELEASES",
    "REQUIRED",
    "TRIED",
    "Located",
    "Marker",
    "Outcome",
    "Param",
    "Removed",
    "Rename",
    "Signature",
    "Symbol",
    "accepted_kwargs",
    "bare_name",
    "exists",
    "kind_of",
    "locate",
    "missing_prefix",
    "nearest_release",
    "outcome",
    "public_members",
    "refuses",
    "releases_of",
    "removed_method",
    "renamed_argument",
    "replacement",
    "resolve_string",
    "signature",
    "star_members",
    "strings_for",
    "symbol",
    "version_name",
]
