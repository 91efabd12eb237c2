"""A folder of archives with a manifest.csv, which says of each clip what its file cannot."""

import csv
import io
import re
from collections.abc import Iterable
from pathlib import Path

from ...basics.budget import MAX_LIST, read_bytes
from ...basics.errors import FootlightsError
from ...formats.motion_files import MOTION_SUFFIXES
from ..containment import path_inside
from .archives import unpacked
from .base import Listing, SourceClip, SourceSong, songs_by_stem

_COLUMNS = (
    "id",
    "archive",
    "path_in_archive",
    "source",
    "genre",
    "is_dance",
    "fps_true",
    "unit_m",
    "up",
    "skip_start_frames",
    "subject",
    "split",
    "licence",
    "commercial",
    "notes",
)
_SONG_COLUMNS = ("file", "split", "danceable")
_MAX_ROWS = 200_000  # of a table
_ID = re.compile(r"[\w.-]{1,100}")
_TAIL = re.compile(r"T-pose hold, last (\d{1,6}) too")

Row = dict[str, str]


def list_clips(source: Path, music: Path | None, cache: Path) -> Listing:
    """Clips of ``source``/manifest.csv, songs of ``music``/music.csv (or every audio file there).

    Archives are unpacked once, below ``cache``; a row whose file lies in ``source`` itself needs
    none. Every file and archive that a table names lies below the table's folder.
    """
    manifest = source / "manifest.csv"
    readable, left_out = [], []
    for row in _rows(manifest, _COLUMNS):
        suffix = Path(row["path_in_archive"]).suffix
        if suffix.lower() in MOTION_SUFFIXES:
            readable.append(row)
        else:
            left_out.append((row["id"], f"no reader for {suffix} files"))

    archives: dict[str, Path] = {}  # the folders they were unpacked to, by their names
    clips = [_clip(row, _file(row, manifest, cache, archives), manifest) for row in readable]
    return Listing(clips, _songs(music), left_out)


def _rows(path: Path, columns: Iterable[str]) -> list[Row]:
    """The rows of a table that has at least these columns."""
    if not path.exists():
        do = "use --format folder for a plain folder"
        raise FootlightsError(f"no {path.name} here", path.parent, do)
    try:
        # Spreadsheets put a mark of byte order before the first column's name.
        text = read_bytes(path, MAX_LIST).decode("utf-8-sig")
        reader = csv.DictReader(io.StringIO(text, newline=""))
        missing = [column for column in columns if column not in (reader.fieldnames or ())]
        if missing:
            raise FootlightsError(f"has no column {', '.join(missing)}", path, "add it")
        return [_whole_row(row, number, path) for number, row in enumerate(reader, start=1)]
    except (UnicodeDecodeError, csv.Error) as error:
        raise FootlightsError(f"cannot be read ({error})", path, "save it as UTF-8 text") from error


def _whole_row(row: Row, number: int, path: Path) -> Row:
    if number > _MAX_ROWS:
        raise FootlightsError(f"has more than {_MAX_ROWS} rows", path, "split it")
    # What a short row lacks is None.
    if None in row.values():
        raise FootlightsError(f"row {number} has too few fields", path, "fill them in")
    return row


def _file(row: Row, manifest: Path, cache: Path, archives: dict[str, Path]) -> Path:
    """The row's motion file, in the manifest's folder or in the archive, unpacked when need be."""
    path = _inside(manifest.parent, row, "path_in_archive", manifest)
    if path.is_file():
        return path
    name = row["archive"]
    if name not in archives:
        archives[name] = unpacked(_inside(manifest.parent, row, "archive", manifest), cache)
    return _inside(archives[name], row, "path_in_archive", manifest)


def _inside(folder: Path, row: Row, column: str, table: Path) -> Path:
    """The file below ``folder`` that a row names."""
    try:
        return path_inside(folder, row[column])
    except ValueError as error:
        what = f"{row.get('id', 'a row')[:60]!r}: {column} {error}"
        raise FootlightsError(what, table, "name a file below its folder") from error


def _clip(row: Row, path: Path, manifest: Path) -> SourceClip:
    if not _ID.fullmatch(row["id"]):
        what = f"id {row['id'][:60]!r} is not plain"
        raise FootlightsError(what, manifest, "use letters, digits, _ . -")
    try:
        options: dict[str, object] = {"fps": float(row["fps_true"])}
        # Joint angles of the robot know neither a unit nor an up axis.
        if path.suffix.lower() != ".csv":
            options |= {"unit": float(row["unit_m"]), "up": row["up"]}
        skip = int(row["skip_start_frames"] or 0)
        if skip < 0:
            raise ValueError(f"cannot skip {skip} frames")
    except ValueError as error:
        raise FootlightsError(f"{row['id']}: {error}", manifest, "correct the number") from error

    tail = _TAIL.search(row["notes"])
    return SourceClip(
        id=row["id"],
        path=path,
        source=row["source"],
        style=row["genre"],
        split=row["split"],
        subject=row["subject"],
        licence=row["licence"],
        commercial=row["commercial"] == "yes",
        dance=row["is_dance"] == "1",
        options=options,
        skip=skip,
        tail=int(tail[1]) if tail else 0,
        flawed=row["notes"].startswith("q=flawed"),
    )


def _songs(music: Path | None) -> list[SourceSong]:
    """Of a table the songs in the folder songs/: what else it lists is no whole song."""
    if music is None:
        return []
    table = music / "music.csv"
    if not table.exists():
        return [SourceSong(name, path) for name, path in songs_by_stem(music).items()]

    rows = [row for row in _rows(table, _SONG_COLUMNS) if row["file"].startswith("songs/")]
    paths = [_inside(music, row, "file", table) for row in rows]
    return [
        SourceSong(path.stem, path, row["split"], row["danceable"] == "1")
        for row, path in zip(rows, paths, strict=True)
    ]
