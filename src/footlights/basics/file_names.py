"""File names that are safe on every system, for any song title."""

import os
import unicodedata
from collections.abc import Iterable
from pathlib import Path

_FORBIDDEN = set('/\\:*?"<>|')  # path separators, and what Windows refuses
_DEVICES = {"con", "prn", "aux", "nul", *(f"{d}{i}" for d in ("com", "lpt") for i in range(1, 10))}
_JOINERS = "\u200c\u200d"  # invisible, but emoji and some scripts need them
_INVISIBLE = ("Cc", "Cf", "Cs")  # Unicode's control, format and surrogate characters
_LONGEST = 120  # bytes of UTF-8: leaves room in 255 for "-12", a suffix and a temporary name
_NUMBER = 6  # bytes kept for " (99)"


def safe_name(title: str) -> str:
    """The title as a file name of 1 to 120 bytes.

    Letters, spaces and emoji stay; separators become "_"; control characters, undecodable bytes
    and invisible direction marks go; it is no hidden, option-like or reserved name.
    """
    text = unicodedata.normalize("NFC", title)
    visible = (c for c in text if c in _JOINERS or unicodedata.category(c) not in _INVISIBLE)
    name = _cut("".join("_" if c in _FORBIDDEN else c for c in visible), _LONGEST)
    # Windows opens a device by its name, whatever ending follows.
    is_device = name.lower().partition(".")[0] in _DEVICES
    return f"{name}_" if is_device else name or "song"


def song_names(songs: Iterable[str | os.PathLike[str]]) -> list[str]:
    """One name for each song file from its stem, all different: "song", "song (2)".

    They differ even where case does not count, as on most Macs and on Windows.
    """
    taken, names = {"index"}, []  # the page is called index
    for song in songs:
        stem = safe_name(Path(song).stem)
        name, number = stem, 2
        while name.casefold() in taken:
            name, number = f"{_cut(stem, _LONGEST - _NUMBER)} ({number})", number + 1
        taken.add(name.casefold())
        names.append(name)
    return names


def _cut(text: str, size: int) -> str:
    """At most ``size`` bytes of the text, without a broken character.

    Dots, spaces and dashes that would mean something at either end go.
    """
    return text.encode()[:size].decode(errors="ignore").strip().lstrip(".- ").rstrip(". ")
