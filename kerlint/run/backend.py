"""Which backend of Keras a text asks for."""

from __future__ import annotations

import re

_SETTING = "KERAS_BACKEND"
# ``os.environ["KERAS_BACKEND"] = "jax"`` and its kin, and ``set_backend("jax")``.
_ASKED = re.compile(
    r"""(?:KERAS_BACKEND["']?\s{0,9}\]?\s{0,9}[=,:]|\bset_backend\()\s{0,9}["']?(tensorflow|jax|torch|numpy|openvino)\b"""
)


def backend_of(text: str) -> str:
    """The backend that the code sets; another one than TensorFlow if there are several."""
    if _SETTING not in text and "set_backend" not in text:
        return ""
    asked = {
        match[1]
        for match in _ASKED.finditer(text)
        if "#" not in text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
    }
    return min(asked, key=lambda name: (name == "tensorflow", name), default="")
