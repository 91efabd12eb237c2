"""How people write a mix of rewards: ``physics=.5, "learned:mine"=.2, pkg.mod:smile(width=2)``."""

import ast
import math
from dataclasses import dataclass
from typing import Any

from ..basics.errors import FootlightsError

_EXAMPLE = 'write them like "physics=.5, energy=.5"'
_CLOSING = {"(": ")", "[": "]", "{": "}"}


@dataclass(frozen=True)
class Term:
    """One reward of a mix.

    Attributes:
        name: a reward of the house, an entry point, or "package.module:name".
        weight: what its total is multiplied by.
        parameters: what a factory is called with; None when no brackets were written.
    """

    name: str
    weight: float = 1.0
    parameters: dict[str, Any] | None = None


def parse(spec: str) -> list[Term]:
    """The terms of ``spec``: ``NAME[(PARAMETER=VALUE, ...)][=WEIGHT], ...``.

    A weight left out is 1. A name is quoted when it holds a comma, "=" or brackets.

    Raises:
        FootlightsError: no name, a name twice, a weight that is no finite number, a parameter that
            is no literal, or quotes or brackets that do not close.
    """
    terms = [_term(part) for part in _split(spec, ",") if part.strip()]
    if not terms:
        raise FootlightsError("no reward is named", "reward", _EXAMPLE)

    names = [term.name for term in terms]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise FootlightsError(f"{twice!r} stands there twice", "reward", "name each reward once")
    return terms


def _term(text: str) -> Term:
    head, *weights = _split(text, "=")
    head = head.strip()

    # A bracket inside a quoted name opens no parameters.
    quoted = head.find(head[0], 1) if head[:1] in ('"', "'") else 0
    bracket = head.find("(", quoted)
    bracket = len(head) if bracket < 0 else bracket

    name = head[:bracket].strip().strip("\"'")
    weight = weights[-1].strip() if weights else "1"
    if not name or len(weights) > 1:
        raise FootlightsError(f"{text.strip()!r} names no reward", "reward", _EXAMPLE)
    return Term(name, _weight(weight, name), _parameters(head[bracket:], text))


def _weight(text: str, name: str) -> float:
    try:
        weight = float(text)
    except ValueError:
        weight = math.nan
    if not math.isfinite(weight):
        raise FootlightsError(f"{text!r} is no weight for {name!r}", "reward", _EXAMPLE)
    return weight


def _parameters(brackets: str, text: str) -> dict[str, Any] | None:
    if not brackets.strip():
        return None

    # Only literals come out of this: nothing that somebody writes here is run.
    try:
        call = ast.parse(f"f{brackets.strip()}", mode="eval").body
        if not isinstance(call, ast.Call) or call.args or None in {k.arg for k in call.keywords}:
            raise ValueError
        return {str(k.arg): ast.literal_eval(k.value) for k in call.keywords}
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        raise FootlightsError(
            f"the parameters of {text.strip()!r} cannot be read",
            "reward",
            'write them like "physics(floor=0)=.5"',
        ) from None


def _split(text: str, mark: str) -> list[str]:
    """``text`` at every ``mark`` that stands outside quotes and brackets."""
    parts: list[str] = []
    closing: list[str] = []  # brackets and quotes that are open, as they will be closed
    start = 0
    for place, letter in enumerate(text):
        if closing and closing[-1] in "\"'":
            if letter == closing[-1]:
                closing.pop()
        elif letter in "\"'":
            closing.append(letter)
        elif letter in _CLOSING:
            closing.append(_CLOSING[letter])
        elif closing and letter == closing[-1]:
            closing.pop()
        elif letter == mark and not closing:
            parts.append(text[start:place])
            start = place + 1

    if closing:
        raise FootlightsError(f"{text.strip()!r} lacks a {closing[-1]}", "reward", _EXAMPLE)
    return [*parts, text[start:]]
