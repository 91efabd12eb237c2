"""File names that are safe on every system, for any song title."""

import os
import unicodedata
from collections.abc import Iterable
from pathlib import Path

_FORBIDDEN = set('/\\:*?"<>|')  # path separators, and what Windows refuses
_DEVICES = {"con", "prn", "aux", "nul", *(f"{d}{i}" for d in ("com", "lpt") for i in range(1, 10))}
_JOINERS = "\u200c\u200d"  # invisible, but emoji and some scripts need them
_LONGEST = 120  # bytes of UTF-8: leaves room in 255 for "-12", a suffix and a temporary name


def safe_name(title: str) -> str:
    """The title as a file name: letters, spaces and emoji stay; separators become "_"; control
    characters, undecodable bytes and invisible direction marks go; no hidden, option-like or
    reserved name; at most 120 bytes; never empty.
    """
    text = unicodedata.normalize("NFC", title)
    seen = (c for c in text if c in _JOINERS or unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
    short = _cut("".join("_" if c in _FORBIDDEN else c for c in seen), _LONGEST)
    return f"{short}_" if short.lower().partition(".")[0] in _DEVICES else short or "song"


def song_names(songs: Iterable[str | os.PathLike[str]]) -> list[str]:
    """One name for each song file from its stem, all different even where case does not count:
    "song", "song (2)".
    """
    taken, names = {"index"}, []
    for song in songs:
        stem = safe_name(Path(song).stem)
        name, turn = stem, 2
        while name.casefold() in taken:
            name, turn = f"{_cut(stem, _LONGEST - 6)} ({turn})", turn + 1
        taken.add(name.casefold())
        names.append(name)
    return names


def _cut(text: str, size: int) -> str:
    """At most ``size`` bytes of the text, without a broken character and without dots, spaces or
    dashes that mean something.
    """
    return text.encode()[:size].decode(errors="ignore").strip().lstrip(".- ").rstrip(". ")
