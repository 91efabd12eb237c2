"""The motion files of a folder, to its bottom."""

import os
from pathlib import Path

from . import FORMATS

SUFFIXES = tuple(suffix for form in FORMATS if form.reads for suffix in form.suffixes)
_CALLED = {
    ".npy": "hps_track_"
}  # numpy's files may hold anything: those that begin like TRAM's dancers
# beside what `footlights dance` made: files of other formats there are copies of the npz
_DANCES = "dances.json"


def below(folder: Path) -> list[Path]:
    """All files of a folder and of those in it that a reader takes, in order; hidden ones and
    copies of our dances left out.
    """
    found = []
    for place, inside, names in os.walk(folder):
        inside[:] = sorted(name for name in inside if not name.startswith("."))
        kinds = (".npz",) if _DANCES in names else SUFFIXES
        found += [Path(place) / name for name in sorted(names) if is_motion(name, kinds)]
    return found


def is_motion(name: str, kinds: tuple[str, ...] = SUFFIXES) -> bool:
    """Whether a file in a folder is one of motion, by its name: of these suffixes, not hidden, and
    called as it must be.
    """
    suffix = Path(name).suffix.lower()
    return suffix in kinds and not name.startswith(".") and name.startswith(_CALLED.get(suffix, ""))
