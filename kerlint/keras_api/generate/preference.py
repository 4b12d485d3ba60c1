"""Which of several spellings of one Keras object is its canonical name."""

from __future__ import annotations

# A few objects have a home at the top; all others live with their family.
_TOP = frozenset({"keras.Input", "keras.Model", "keras.Sequential"})

# Families in the order in which they win; what is not listed comes after, by the depth of the path.
_FAMILIES = (
    "layers",
    "models",
    "losses",
    "metrics",
    "optimizers",
    "callbacks",
    "initializers",
    "regularizers",
    "constraints",
    "activations",
    "applications",
    "datasets",
    "utils",
    "saving",
    "random",
    "config",
    "ops",
    "preprocessing",
    "mixed_precision",
    "backend",
)


def rank(path: str, own_name: str) -> tuple[object, ...]:
    """Order spellings: home at the top, own name kept, family, depth, alphabet."""
    parts = path.split(".")
    if len(parts) == 2:
        family = len(_FAMILIES) - 2  # "keras.Variable" before "keras.backend.Variable"
    elif parts[1] in _FAMILIES:
        family = _FAMILIES.index(parts[1])
    else:
        family = len(_FAMILIES)
    experimental = "experimental" in parts or "legacy" in parts
    return (
        path not in _TOP,
        experimental,
        bool(own_name) and parts[-1] != own_name,
        len(parts) > 4,
        family,
        len(parts),
        path,
    )


def preferred(paths: set[str], own_name: str) -> str:
    """Return the canonical one of the ``paths`` of one object whose ``__name__`` is given."""
    return min(paths, key=lambda path: rank(path, own_name))
