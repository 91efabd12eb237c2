"""The one error footlights raises for people: what went wrong, where, and what to do about it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


class FootlightsError(Exception):
    """A problem a person can act on.

    Args:
        what: what is wrong, in one clause ("not an audio file").
        where: the file, option or field it is wrong in; empty when there is no place.
        do: what to do next ("give a wav, flac, ogg, opus, mp3 or m4a file").
        usage: True when the input is at fault (exit code 2), False when work failed (exit code 1).
    """

    def __init__(self, what: str, where: object = "", do: str = "", *, usage: bool = True) -> None:
        self.what, self.where, self.do, self.usage = what, str(where), do, usage
        place = f"{self.where}: " if self.where else ""
        advice = f"; {do}" if do else ""
        super().__init__(" ".join(f"{place}{what}{advice}".splitlines()))

    def __reduce__(self) -> tuple[Any, ...]:
        """Whole when it comes from another process."""
        return _rebuilt, (self.what, self.where, self.do, self.usage)

    @property
    def exit_code(self) -> int:
        """What a command that fails of it ends with: 2 for bad input, 1 for failed work."""
        return 2 if self.usage else 1


def _rebuilt(what: str, where: str, do: str, usage: bool) -> FootlightsError:
    return FootlightsError(what, where, do, usage=usage)


class Cancelled(FootlightsError):
    """The work was left because the caller's ``cancel`` said so; what was finished is kept."""

    def __init__(self) -> None:
        super().__init__("cancelled", usage=False)

    def __reduce__(self) -> tuple[Any, ...]:
        return Cancelled, ()


@dataclass(frozen=True)
class Problem:
    """What was wrong with one of many files or songs; the others are done.

    Attributes:
        item: the file or song, as the caller named it.
        error: what is wrong with it, perhaps at a line of it.
    """

    item: str
    error: FootlightsError

    def __str__(self) -> str:
        return str(self.error)

    def as_json(self) -> dict[str, str]:
        """How a command's JSON tells it under "problems"."""
        error = self.error
        return {"item": self.item, "where": error.where, "what": error.what, "do": error.do}


def exit_code_of(problems: Iterable[Problem]) -> int:
    """0 without a problem, 1 when work failed, 2 when only what was given is at fault."""
    return min((problem.error.exit_code for problem in problems), default=0)
