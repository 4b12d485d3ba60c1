"""The interpreter as its parts make it up, for the state of every path."""

from __future__ import annotations

from kerlint.reading.interpreter import calls, expressions, statements
from kerlint.reading.interpreter.state import Interpreter

INTERPRETER = Interpreter(
    evaluate=expressions.evaluate,
    attribute=expressions.attribute,
    truth=expressions.truth,
    call=calls.call,
    call_member=calls.call_member,
    instantiate=calls.instantiate,
    bind=calls.bind,
    enter=calls.enter,
    execute=statements.execute,
)
