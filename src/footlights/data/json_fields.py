"""JSON files that may be a stranger's: read within limits, every field checked by its name."""

import json
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from ..basics.budget import MAX_CONTAINERS, MAX_LIST, read_bytes
from ..basics.errors import FootlightsError
from .containment import path_inside

TEMPO = (1.0, 2000.0)  # beats a minute: outside, beats would be halved or doubled without end
_LARGEST = 1e300  # of a number: far from where floats end


def read_json(file: Path, do: str, *, allow_nan: bool = False, limit: int = MAX_LIST) -> "Fields":
    """The object in a JSON file.

    Args:
        file: the file.
        do: what a person can do about a file that is wrong.
        allow_nan: whether Python's NaN and Infinity may stand for numbers, which JSON has not.
        limit: bytes that it may have.

    Raises:
        FootlightsError: there is no such file, it is too large, or it is no JSON object.
    """
    try:
        text = read_bytes(file, limit)
    except FootlightsError as error:
        raise FootlightsError(error.what, file, do) from error
    if text.count(b"[") + text.count(b"{") > MAX_CONTAINERS:
        raise FootlightsError("holds too many lists and objects", file, do)
    try:
        constants = None if allow_nan else _refuse_constant
        values = json.loads(text.decode("utf-8"), parse_constant=constants)
    except (ValueError, RecursionError) as error:
        raise FootlightsError(f"cannot be read as JSON ({error})", file, do) from error
    return Fields(values, file, do)


class Fields:
    """The fields of one JSON object, each read as the type it must have.

    Every method raises a FootlightsError that names the file and the field when the field is
    missing (and no ``default`` is given) or not what the method reads.

    Args:
        values: the object.
        file: the file it stands in.
        do: what a person can do about a file that is wrong.
        folder: what the files that it names lie below; by default the folder of ``file``.
        place: where it stands in the file, "clips[3]".
    """

    def __init__(
        self, values: object, file: Path, do: str, folder: Path | None = None, place: str = ""
    ) -> None:
        self.file, self.do, self.place = file, do, place
        self.folder = file.parent if folder is None else folder
        if not isinstance(values, dict):
            raise self.wrong("", f"is {_kind(values)}, not an object")
        self.values: dict[str, Any] = values

    def require_format(self, name: str) -> None:
        """FootlightsError unless the object's ``format`` is ``name``."""
        format_name = self.values.get("format")
        if format_name != name:
            raise self.wrong("format", f"is {str(format_name)[:40]!r}, not {name!r}")

    def wrong(self, name: str, problem: str) -> FootlightsError:
        """The error to raise for the field ``name``, or for the whole object when that is empty."""
        return FootlightsError(f"{self._place_of(name)} {problem}".strip(), self.file, self.do)

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

    def measure(self, name: str) -> float:
        """A number, or NaN where it could not be measured."""
        value = self.values.get(name)
        return value if isinstance(value, float) and value != value else self.number(name)

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

    def choices(self, name: str, known: tuple[str, ...]) -> list[str | None]:
        """A list of some texts, null where nothing was chosen."""

        def fits(value: Any) -> bool:
            return isinstance(value, list) and all(part is None or part in known for part in value)

        what = f"a list of {', '.join(known)} or null"
        choices: list[str | None] = self._checked(name, ..., what, fits)
        return choices

    def path(self, name: str, default: Any = ...) -> Any:
        """The name of a file below the folder."""
        value = self.text(name, default)
        if value is None:
            return None
        try:
            return path_inside(self.folder, value)
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
            yield self._inner(f"{name}[{number}]", value)

    def nested(self, name: str, default: Any = ...) -> "Fields":
        """An object in this one."""
        value = self._checked(name, default, "an object", lambda value: isinstance(value, dict))
        return self._inner(name, value)

    def _inner(self, name: str, value: object) -> "Fields":
        return Fields(value, self.file, self.do, self.folder, self._place_of(name))

    def _place_of(self, name: str) -> str:
        return ".".join(filter(None, (self.place, name)))

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
