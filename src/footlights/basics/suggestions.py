"""Which of the known names a mistyped one was meant to be."""

import difflib
from collections.abc import Iterable

_ALIKE = 0.6  # difflib's ratio from which two names look like one


def did_you_mean(word: str, names: Iterable[str]) -> str:
    """ "did you mean salsa?" where a known name looks like ``word``, else an empty text."""
    by_lower_case = {name.lower(): name for name in names}
    # The beginning of one name alone is that name, however long the rest is.
    longer = [name for name in by_lower_case if len(word) > 3 and name.startswith(word.lower())]
    if len(longer) == 1:
        return f"did you mean {by_lower_case[longer[0]]}?"

    nearest = difflib.get_close_matches(word.lower(), by_lower_case, 1, _ALIKE)
    return f"did you mean {by_lower_case[nearest[0]]}?" if nearest else ""


def advice(word: str, names: Iterable[str], otherwise: str) -> str:
    """What to do about an unknown name: the nearest name first, then ``otherwise``."""
    known = did_you_mean(word, names)
    return f"{known} {otherwise}" if known else otherwise
