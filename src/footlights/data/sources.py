"""What there is to build from: clips and songs with their splits, listed by one of three kinds of
source.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from ..basics.errors import FootlightsError
from ..formats.motion_files import MOTION_SUFFIXES
from ..music.decode import songs_below

SOURCES = ("manifest", "folder", "aist")
SPLITS = ("train", "val", "test")


@dataclass(frozen=True)
class Clip:
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
class Song:
    """One song without a dance: its file, its split and whether people dance to such music."""

    name: str
    path: Path
    split: str = "train"
    danceable: bool = True


@dataclass(frozen=True)
class Listing:
    """Clips and songs of a source, and (id, reason) of what was left out on purpose."""

    clips: list[Clip]
    songs: list[Song] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)


def read_source(kind: str, source: Path, music: Path | None, cache: Path) -> Listing:
    """List what ``source`` holds.

    Args:
        kind: "manifest" (a folder with manifest.csv and archives), "folder" (motion files) or
            "aist" (AIST++).
        source: the folder.
        music: a folder of songs, or None.
        cache: where archives are unpacked.

    Raises:
        FootlightsError: no such folder, nothing in it, or a manifest that says something
            impossible.
    """
    for folder in (source, music):
        if folder is not None and not folder.is_dir():
            raise FootlightsError("no such folder", folder, "give a folder")
    if kind not in SOURCES:
        raise FootlightsError(
            f"{kind!r} is no kind of source", "--format", f"use one of {', '.join(SOURCES)}"
        )
    module = "plain_folder" if kind == "folder" else kind
    listing: Listing = import_module(f".{module}", __package__).listing(source, music, cache)
    if not listing.clips:
        raise FootlightsError(
            "no motion files in it", source, f"put {', '.join(MOTION_SUFFIXES)} files there"
        )
    seen: set[str] = set()
    for clip in listing.clips:
        if clip.split not in SPLITS:
            raise FootlightsError(
                f"{clip.id}: {clip.split!r} is no split", source, f"use {', '.join(SPLITS)}"
            )
        if clip.id in seen:
            raise FootlightsError(
                f"two clips are called {clip.id!r}", source, "give each its own id"
            )
        seen.add(clip.id)
    return listing


def songs_by_stem(folder: Path | None) -> dict[str, Path]:
    """Audio files under ``folder`` by their name without ending; the first in order wins."""
    songs: dict[str, Path] = {}
    for path in songs_below(folder) if folder else []:
        songs.setdefault(path.stem, path)
    return songs
