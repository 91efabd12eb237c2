"""JSON files that may be a stranger's: read within limits, every field checked and named if wrong."""

import json
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from ..basics.errors import FootlightsError
from ..formats.safe.budget import read_bytes
from .containment import path_inside

MAX_FILE = 50_000_000  # bytes: some 30,000 clips with their beats
MAX_CONTAINERS = 1_000_000  # lists and objects: each takes twenty times its two characters
TEMPO = (1.0, 2000.0)  # beats a minute: outside, beats would be halved or doubled without end
_LARGEST = 1e300  # of a number: far from where floats end


class Fields:
    """The fields of one JSON object, each read as the type it must have.

    Every method raises a FootlightsError that names the file and the field when the field is
    missing (and no ``default`` is given) or not what the method reads.
    """

    def __init__(self, values: object, file: Path, do: str, place: str = "") -> None:
        self.file, self.do, self.place = file, do, place
        if not isinstance(values, dict):
            raise self.wrong("", f"is {_kind(values)}, not an object")
        self.values: dict[str, Any] = values

    @classmethod
    def read(cls, file: Path, format_name: str, do: str) -> "Fields":
        """The object in ``file``, which must hold ``"format": format_name``.

        Args:
            do: what a person can do about a file that is wrong.

        Raises:
            FootlightsError: there is no such file, it is too large, no JSON, or of another format.
        """
        try:
            text = read_bytes(file, MAX_FILE)
        except FootlightsError as error:
            raise FootlightsError(error.what, file, do) from error
        if text.count(b"[") + text.count(b"{") > MAX_CONTAINERS:
            raise FootlightsError("holds too many lists and objects", file, do)
        try:
            values = json.loads(text.decode("utf-8"), parse_constant=_refuse_constant)
        except (ValueError, RecursionError) as error:
            raise FootlightsError(f"cannot be read as JSON ({error})", file, do) from error

        fields = cls(values, file, do)
        given = fields.values.get("format")
        if given != format_name:
            raise fields.wrong("format", f"is {str(given)[:40]!r}, not {format_name!r}")
        return fields

    def wrong(self, name: str, problem: str) -> FootlightsError:
        """The error to raise for the field ``name``, or for the whole object when that is empty."""
        place = ".".join(filter(None, (self.place, name)))
        return FootlightsError(f"{place} {problem}".strip(), self.file, self.do)

    def text(self, name: str, default: Any = ...) -> Any:
        """A string."""
        return self._checked(name, default, "a text", lambda value: isinstance(value, str))

    def flag(self, name: str, default: Any = ...) -> bool:
        """True or false."""
        return self._checked(name, default, "true or false", lambda value: isinstance(value, bool))

    def whole(self, name: str, default: Any = ...) -> int:
        """A whole number from 0 on."""
        return self._checked(name, default, "a whole number from 0 on", _is_whole)

    def number(
        self, name: str, default: Any = ..., *, low: float = -_LARGEST, high: float = _LARGEST
    ) -> Any:
        """A finite number from ``low`` to ``high``, as a float."""
        bounds = "" if high == _LARGEST else f" from {low:g} to {high:g}"
        bounds = bounds or ("" if low == -_LARGEST else f" from {low:g} on")

        def fits(value: Any) -> bool:
            return _is_number(value) and low <= value <= high

        value = self._checked(name, default, f"a number{bounds}", fits)
        return None if value is None else float(value)

    def times(self, name: str, default: Any = ...) -> tuple[float, ...]:
        """A list of numbers of which each is larger than the one before: seconds."""

        def fits(value: Any) -> bool:
            numbers = isinstance(value, list) and all(map(_is_number, value))
            return numbers and all(a < b for a, b in pairwise(value))

        return tuple(map(float, self._checked(name, default, "a list of rising numbers", fits)))

    def texts(self, name: str, default: Any = ...) -> tuple[str, ...]:
        """A list of strings."""

        def fits(value: Any) -> bool:
            return isinstance(value, list) and all(isinstance(text, str) for text in value)

        return tuple(self._checked(name, default, "a list of texts", fits))

    def path(self, name: str, default: Any = ...) -> Any:
        """The name of a file below the folder that this file lies in."""
        value = self.text(name, default)
        if value is None:
            return None
        try:
            return path_inside(self.file.parent, value)
        except ValueError as error:
            raise self.wrong(name, str(error)) from error

    def one_of(self, name: str, choices: tuple[str, ...]) -> str:
        """One of some texts."""
        value = self.text(name)
        if value not in choices:
            raise self.wrong(name, f"is {value[:40]!r}, not one of {', '.join(choices)}")
        return value

    def objects(self, name: str, default: Any = ...) -> "Iterator[Fields]":
        """The objects of a list."""
        values = self._checked(name, default, "a list", lambda value: isinstance(value, list))
        for number, value in enumerate(values):
            place = ".".join(filter(None, (self.place, f"{name}[{number}]")))
            yield Fields(value, self.file, self.do, place)

    def object(self, name: str, default: Any = ...) -> "Fields":
        """An object in this one."""
        value = self._checked(name, default, "an object", lambda value: isinstance(value, dict))
        return Fields(value, self.file, self.do, ".".join(filter(None, (self.place, name))))

    def _checked(self, name: str, default: Any, what: str, fits: Callable[[Any], bool]) -> Any:
        if name not in self.values:
            if default is ...:
                raise self.wrong(name, "is missing")
            return default

        value = self.values[name]
        # A default of None says that the field may also be null.
        if value is None and default is None:
            return None
        if not fits(value):
            raise self.wrong(name, f"is {_kind(value)}, not {what}")
        return value


def _is_number(value: object) -> bool:
    # True is an int in Python; an int of a thousand digits is no float; NaN compares false.
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and -_LARGEST <= value <= _LARGEST
    )


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _kind(value: object) -> str:
    if isinstance(value, int | float | str | None):
        return repr(value)[:40]
    return "a list" if isinstance(value, list) else "an object"


def _refuse_constant(word: str) -> None:
    raise ValueError(f"{word} in it is no JSON")
