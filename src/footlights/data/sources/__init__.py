"""What there is to build from: each kind of source is a module with one function that lists it."""

from collections.abc import Callable
from pathlib import Path

from ...basics.errors import FootlightsError
from ...formats.motion_files import MOTION_SUFFIXES
from . import aist, manifest, motion_folder
from .base import SPLITS, Listing, SourceClip, SourceSong

__all__ = ["SOURCES", "SPLITS", "Listing", "SourceClip", "SourceSong", "read_source"]

# Given the source's folder, a folder of songs or None, and where archives are unpacked.
SOURCES: dict[str, Callable[[Path, Path | None, Path], Listing]] = {
    "manifest": manifest.list_clips,
    "folder": motion_folder.list_clips,
    "aist": aist.list_clips,
}


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
        what = f"{kind!r} is no kind of source"
        raise FootlightsError(what, "--format", f"use one of {', '.join(SOURCES)}")

    listing = SOURCES[kind](source, music, cache)
    if not listing.clips:
        suffixes = ", ".join(MOTION_SUFFIXES)
        raise FootlightsError("no motion files in it", source, f"put {suffixes} files there")
    _check(listing, source)
    return listing


def _check(listing: Listing, source: Path) -> None:
    """FootlightsError when two clips or songs are called alike, or one is of an unknown split."""
    clips = [("clip", clip.id, clip.split) for clip in listing.clips]
    songs = [("song", song.name, song.split) for song in listing.songs]
    names: set[tuple[str, str]] = set()
    for kind, name, split in (*clips, *songs):
        if split not in SPLITS:
            what = f"{name}: {split!r} is no split"
            raise FootlightsError(what, source, f"use {', '.join(SPLITS)}")
        if (kind, name) in names:
            what = f"two {kind}s are called {name!r}"
            raise FootlightsError(what, source, "give each its own name")
        names.add((kind, name))
