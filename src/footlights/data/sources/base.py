"""The records that every kind of source makes: clips and songs with their splits and licences."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...music.decode import songs_below

SPLITS = ("train", "val", "test")


@dataclass(frozen=True)
class SourceClip:
    """One motion file to build, and what is known about it.

    Attributes:
        id: unique name, fit to name a file.
        path: the motion file.
        source: the recording it belongs to; figures are reported per source.
        style: dance style, or "".
        split: "train", "val" or "test".
        subject: who moved.
        licence: its licence, in words.
        commercial: whether the licence allows commercial use.
        dance: whether it is dance.
        options: of ``formats.read``: fps, unit, up.
        skip: frames at the start that are a rest pose.
        tail: frames at the end that are one.
        flawed: known to contain glitches.
        song: the song it was danced to, or None.
    """

    id: str
    path: Path
    source: str
    style: str = ""
    split: str = "train"
    subject: str = ""
    licence: str = "the owner's"
    commercial: bool = True
    dance: bool = True
    options: Mapping[str, Any] = field(default_factory=dict)
    skip: int = 0
    tail: int = 0
    flawed: bool = False
    song: Path | None = None


@dataclass(frozen=True)
class SourceSong:
    """One song without a dance: its file, its split and whether people dance to such music."""

    name: str
    path: Path
    split: str = "train"
    danceable: bool = True


@dataclass(frozen=True)
class Listing:
    """Clips and songs of a source, and (id, reason) of what was left out on purpose."""

    clips: list[SourceClip]
    songs: list[SourceSong] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)


def songs_by_stem(folder: Path | None) -> dict[str, Path]:
    """Audio files under ``folder`` by their name without ending; the first in order wins."""
    songs: dict[str, Path] = {}
    for path in songs_below(folder) if folder else []:
        songs.setdefault(path.stem, path)
    return songs
