"""Small numbers that stand in for sizes the text does not know: one for each name."""

from __future__ import annotations

import ast
from dataclasses import field

from kerlint.lazy_dataclass import dataclass
from kerlint.program.values import Unknown

# By what the size is for: large enough that convolutions and pooling fit, small enough to be fast.
FIRST = {"features": 6, "steps": 12, "pixels": 32, "channels": 3, "units": 5, "classes": 4}


@dataclass(slots=True)
class StandIns:
    """Hands out stand-ins; the same name gets the same number wherever it is used.

    ``known`` are sizes that need none: the user's data tell them.
    """

    numbers: dict[str, int] = field(default_factory=dict)
    known: dict[str, int] = field(default_factory=dict)

    def of(self, unknown: Unknown, use: str) -> int:
        """A number for an unknown size; ``use`` is one of the keys of ``FIRST``."""
        text = unknown.symbol or f"size at {unknown.site}"
        try:
            tree = ast.parse(text, mode="eval").body
        except (SyntaxError, ValueError, RecursionError):
            return self._named(text, use)
        number = self._evaluated(tree, use)
        return max(1, min(int(number), 4096))

    def _named(self, name: str, use: str) -> int:
        if name in self.known:
            return self.known[name]
        if name not in self.numbers:
            self.numbers[name] = FIRST[use]
        return self.numbers[name]

    def _evaluated(self, node: ast.expr, use: str) -> float:
        if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
            return node.value
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return -self._evaluated(node.operand, use)
        if isinstance(node, ast.BinOp):
            left, right = self._evaluated(node.left, use), self._evaluated(node.right, use)
            if isinstance(node.op, ast.Add):
                return left + right
            if isinstance(node.op, ast.Sub):
                return left - right
            if isinstance(node.op, ast.Mult):
                return left * right
            if isinstance(node.op, ast.Div) and right:
                return left / right
            if isinstance(node.op, ast.FloorDiv) and right:
                return left // right
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and len(node.args) == 1:
            if node.func.id in ("int", "float", "round", "abs"):
                return int(self._evaluated(node.args[0], use))
        return self._named(ast.unparse(node), use)
