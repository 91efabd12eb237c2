"""A plain folder of motion files, with or without songs beside them: train on your own recordings."""

import hashlib
import re
from pathlib import Path

from ..formats.motion_files import is_motion_file
from .sources import SPLITS, Clip, Listing, songs_by_stem

_HELD_OUT = 0.1


def listing(source: Path, music: Path | None, cache: Path) -> Listing:
    """Every motion file under ``source``; a song of the same name beside it or in ``music`` is its
    song.

    Folders called train, val and test say the split. Without them about a tenth of the files,
    chosen by their names alone, is held out for validation, and at least one file if there are
    several. The folder above a file is its style.
    """
    paths = sorted(p for p in source.rglob("*") if is_motion_file(p.name) and p.is_file())
    songs = songs_by_stem(source) | songs_by_stem(music)
    placed = any(_placed(p, source) for p in paths)
    held = set() if placed else _held_out(paths, source)
    clips = []
    for path in paths:
        inside = path.relative_to(source)
        split = _placed(path, source) or ("val" if path in held else "train")
        folders = [part for part in inside.parts[:-1] if part not in SPLITS]
        style = folders[-1] if folders else ""
        name = re.sub(r"[^\w.-]+", "_", str(inside)[:80])
        mark = hashlib.sha256(str(inside).encode()).hexdigest()[:6]
        clips.append(
            Clip(f"{name}-{mark}", path, source.name, style, split, song=songs.get(path.stem))
        )
    return Listing(clips)


def _placed(path: Path, source: Path) -> str:
    return next((part for part in path.relative_to(source).parts[:-1] if part in SPLITS), "")


def _held_out(paths: list[Path], source: Path) -> set[Path]:
    share = {
        p: int(hashlib.sha256(str(p.relative_to(source)).encode()).hexdigest()[:8], 16) / 2**32
        for p in paths
    }
    held = {p for p in paths if share[p] < _HELD_OUT}
    if not held and len(paths) > 1:
        held = {min(paths, key=share.__getitem__)}
    return held if len(held) < len(paths) else set()
