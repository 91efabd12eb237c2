"""A folder with manifest.csv and one archive per source: true rates, units, splits and licences
are the manifest's.
"""

import csv
import lzma
import os
import re
import tarfile
import tempfile
from collections.abc import Iterable
from pathlib import Path

from ..basics.errors import FootlightsError
from ..formats.motion_files import MOTION_SUFFIXES
from ..music.decode import songs_below
from .sources import Clip, Listing, Song

_COLUMNS = (
    "id", "archive", "path_in_archive", "source", "genre", "is_dance", "fps_true", "unit_m", "up", "skip_start_frames",
    "subject", "split", "licence", "commercial", "notes",
)  # fmt: skip
_TAIL = re.compile(r"T-pose hold, last (\d{1,6}) too")
_LARGEST = 8 << 30  # bytes unpacked from one archive


def listing(source: Path, music: Path | None, cache: Path) -> Listing:
    """Clips of ``source``/manifest.csv and songs of ``music``/music.csv (or every audio file
    there).

    Archives are unpacked once, below ``cache``; a row whose file lies in ``source`` itself needs
    none.
    """
    rows = _table(source / "manifest.csv", _COLUMNS)
    known, left_out = [], []
    for row in rows:
        if Path(row["path_in_archive"]).suffix.lower() in MOTION_SUFFIXES:
            known.append(row)
        else:
            left_out.append(
                (row["id"], f"no reader for {Path(row['path_in_archive']).suffix} files")
            )
    packed = sorted(
        {row["archive"] for row in known if not (source / row["path_in_archive"]).is_file()}
    )
    homes = {name: _unpacked(source / name, cache) for name in packed}
    clips = [
        _clip(row, homes.get(row["archive"], source), source / "manifest.csv") for row in known
    ]
    return Listing(clips, _songs(music), left_out)


def _table(path: Path, columns: Iterable[str]) -> list[dict[str, str]]:
    try:
        with open(path, newline="", encoding="utf-8") as handle:
            rows = list(csv.DictReader(handle))
    except FileNotFoundError as error:
        raise FootlightsError(
            "no manifest.csv here", path.parent, "use --format folder for a plain folder"
        ) from error
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise FootlightsError(f"cannot be read ({error})", path, "save it as UTF-8 text") from error
    missing = [c for c in columns if not rows or c not in rows[0]]
    if missing:
        raise FootlightsError(f"has no column {', '.join(missing)}", path, "add it")
    return rows


def _clip(row: dict[str, str], home: Path, where: Path) -> Clip:
    path = home / row["path_in_archive"]
    if not re.fullmatch(r"[\w.-]{1,100}", row["id"]) or ".." in Path(row["path_in_archive"]).parts:
        raise FootlightsError(
            f"id {row['id'][:60]!r} or its path is not plain", where, "use letters, digits, _ . -"
        )
    try:
        options: dict[str, object] = {"fps": float(row["fps_true"])}
        if path.suffix.lower() != ".csv":
            options |= {"unit": float(row["unit_m"]), "up": row["up"]}
        skip = int(row["skip_start_frames"] or 0)
        ending = _TAIL.search(row["notes"])
        tail = int(ending[1]) if ending else 0
    except ValueError as error:
        raise FootlightsError(f"{row['id']}: {error}", where, "correct the number") from error
    return Clip(
        row["id"], path, row["source"], row["genre"], row["split"], row["subject"], row["licence"],
        row["commercial"] == "yes", row["is_dance"] == "1", options, skip, tail, row["notes"].startswith("q=flawed"),
    )  # fmt: skip


def _unpacked(archive: Path, cache: Path) -> Path:
    """The folder that ``archive`` was unpacked to; done once for each size and date of the
    archive.
    """
    try:
        state = archive.stat()
    except OSError as error:
        raise FootlightsError(
            "the archive named in the manifest is missing", archive, "put it there"
        ) from error
    home = cache / f"{archive.name.split('.')[0]}-{state.st_size:x}-{state.st_mtime_ns:x}"
    if home.is_dir():
        return home
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".unpacking-", dir=cache) as partial:
        files = Path(partial) / "files"
        try:
            _unpack(archive, files)
        except (OSError, EOFError, tarfile.TarError, lzma.LZMAError) as error:
            raise FootlightsError(
                f"cannot be unpacked ({error})", archive, "fetch it again"
            ) from error
        os.replace(files, home)
    return home


def _unpack(archive: Path, files: Path) -> None:
    files.mkdir()
    total = 0
    with tarfile.open(archive) as bundle:
        for member in bundle:
            total += member.size
            if total > _LARGEST:
                raise FootlightsError("unpacks to more than 8 GiB", archive, "split it")
            if member.isfile():
                bundle.extract(member, files, filter="data")


def _songs(music: Path | None) -> list[Song]:
    if music is None:
        return []
    if not (music / "music.csv").is_file():
        return [Song(path.stem, path) for path in songs_below(music)]
    rows = _table(music / "music.csv", ("file", "split", "danceable"))
    songs = [(row, music / row["file"]) for row in rows if row["file"].startswith("songs/")]
    return [Song(path.stem, path, row["split"], row["danceable"] == "1") for row, path in songs]
