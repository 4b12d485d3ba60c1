"""The examples in the docstrings of rules, as programs that can be checked and run."""

from __future__ import annotations

import ast
import re
import textwrap

LAYERS = """\
import keras
from keras import layers

model = keras.Sequential([keras.Input(shape=(8,))])
{added}
model.compile(optimizer="adam", loss="mse")
"""


def snippets(text: str, heading: str) -> str:
    """The code below ``Bad:``, ``Good:`` or ``Tempting:``, without its indentation."""
    found = re.search(rf"^{heading}:\n((?:[ ]{{4}}.*\n|\s*\n)+)", text + "\n", re.MULTILINE)
    return textwrap.dedent(found.group(1)).strip() + "\n" if found else ""


def programs(code: str) -> list[str]:
    """The programs of an example: a comment after a blank line begins another one."""
    return [whole(part + "\n") for part in re.split(r"\n\n+(?=#)", code.strip())]


def whole(code: str) -> str:
    """A snippet that is nothing but layers as a program that stacks them; others as they are."""
    try:
        body = ast.parse(code).body
    except SyntaxError:
        return code
    made = [
        node.value
        for node in body
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    ]
    if len(made) != len(body) or not all(_is_layer(call.func) for call in made):
        return code
    lines = [f"model.add({ast.get_source_segment(code, call)})" for call in made]
    return LAYERS.format(added="\n".join(lines))


def _is_layer(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "layers"
    )
