"""Which files of a folder hold motion, by their names."""

import os
from collections.abc import Iterable
from pathlib import Path

from . import FORMATS

MOTION_SUFFIXES = tuple(
    suffix for form in FORMATS if form.reads and not form.alone for suffix in form.suffixes
)

# numpy's files may hold anything: those that begin like TRAM's dancers are motion
_PREFIXES = {".npy": "hps_track_"}
# beside what `footlights dance` made: files of other formats there are copies of the npz
_DANCES = "dances.json"


def is_motion_file(name: str, suffixes: tuple[str, ...] = MOTION_SUFFIXES) -> bool:
    """Whether a file of this name is one of motion: its suffix among these, and not hidden."""
    suffix = Path(name).suffix.lower()
    return (
        suffix in suffixes
        and not name.startswith(".")
        and name.startswith(_PREFIXES.get(suffix, ""))
    )


def motion_files_below(folder: Path) -> list[Path]:
    """The motion files of a folder and of all folders in it, in order.

    Hidden files and folders are left out, and so are copies of our dances in other formats.
    """
    files = []
    for place, folders, names in os.walk(folder):
        # os.walk goes down what this list holds afterwards, in its order
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        suffixes = (".npz",) if _DANCES in names else MOTION_SUFFIXES
        files += [Path(place) / name for name in sorted(names) if is_motion_file(name, suffixes)]
    return files


def of_first_format(files: Iterable[Path]) -> list[Path]:
    """Those of ``files`` that are of the first format, in the order of `FORMATS`, that any is of.

    A folder may hold each clip in several formats, of which one is enough.
    """
    named = sorted(file for file in files if is_motion_file(file.name) and file.is_file())
    for suffix in MOTION_SUFFIXES:
        of_format = [file for file in named if file.suffix.lower() == suffix]
        if of_format:
            return of_format
    return []
