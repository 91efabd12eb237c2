"""A plain folder of motion files, with or without songs beside them: one's own recordings."""

import hashlib
import re
from pathlib import Path

from ...formats.motion_files import MOTION_SUFFIXES, is_motion_file
from .base import SPLITS, Listing, SourceClip, songs_by_stem

_HELD_OUT_SHARE = 0.1  # of the files, for validation, where no folders say the split


def list_clips(source: Path, music: Path | None, cache: Path) -> Listing:
    """Every motion file under ``source``, with the song of its name beside it or in ``music``.

    Folders called train, val and test say the split. Without them about a tenth of the files,
    chosen by their names alone, is held out for validation, and at least one file if there are
    several. The folder above a file is its style.
    """
    paths, left_out = _one_format_each(
        sorted(p for p in source.rglob("*") if is_motion_file(p.name) and p.is_file())
    )
    songs = songs_by_stem(source) | songs_by_stem(music)

    names = [path.relative_to(source) for path in paths]
    any_split = any(_folder_split(name) for name in names)
    held_out = set() if any_split else _held_out(names)

    clips = []
    for path, name in zip(paths, names, strict=True):
        split = _folder_split(name) or ("val" if name in held_out else "train")
        song = songs.get(path.stem)
        clips.append(SourceClip(_id(name), path, source.name, _style(name), split, song=song))
    return Listing(clips, left_out=left_out)


def _one_format_each(paths: list[Path]) -> tuple[list[Path], list[tuple[str, str]]]:
    """Of files that differ in their suffix alone the one of the first format; the others, and why.

    Copies of a take would count twice, and one of them could be held out for validation.
    """
    order = {suffix: place for place, suffix in enumerate(MOTION_SUFFIXES)}
    chosen: dict[Path, Path] = {}
    for path in sorted(paths, key=lambda path: order[path.suffix.lower()]):
        chosen.setdefault(path.with_suffix(""), path)

    kept = [path for path in paths if chosen[path.with_suffix("")] == path]
    left_out = [
        (path.name, f"the same take as {chosen[path.with_suffix('')].name}")
        for path in paths
        if chosen[path.with_suffix("")] != path
    ]
    return kept, left_out


def _folder_split(name: Path) -> str:
    return next((part for part in name.parts[:-1] if part in SPLITS), "")


def _style(name: Path) -> str:
    folders = [part for part in name.parts[:-1] if part not in SPLITS]
    return folders[-1] if folders else ""


def _id(name: Path) -> str:
    """The name as a file name: readable, and, by a digest of the whole of it, unique."""
    readable = re.sub(r"[^\w.-]+", "_", str(name)[:80])
    return f"{readable}-{_digest(name)[:6]}"


def _held_out(names: list[Path]) -> set[Path]:
    # A digest of its name alone: another file that comes or goes changes no file's split.
    shares = {name: int(_digest(name)[:8], 16) / 2**32 for name in names}
    chosen = {name for name in names if shares[name] < _HELD_OUT_SHARE}
    if not chosen and len(names) > 1:
        chosen = {min(names, key=shares.__getitem__)}
    return chosen if len(chosen) < len(names) else set()


def _digest(name: Path) -> str:
    return hashlib.sha256(str(name).encode()).hexdigest()
