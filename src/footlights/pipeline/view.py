"""Any motions on one page: files and folders of every format, retargeted to the house body where
they are not on it.
"""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..basics.errors import FootlightsError
from ..basics.progress import Report
from ..data.dance_folder import DANCES_FILE, FRONT_PAGE
from ..formats.motion_files import MOTION_SUFFIXES, of_first_format

if TYPE_CHECKING:
    from ..show.page import Dance

MOST = 12  # motions on a page: a browser draws each of them


def view(
    paths: Sequence[str | os.PathLike[str]],
    out: str | os.PathLike[str] | None = None,
    music: str | os.PathLike[str] | None = None,
    *,
    force: bool = False,
    failed: Callable[[FootlightsError], None] | None = None,
    said: Callable[[str], None] | None = None,
    progress: Report | None = None,
) -> Path:
    """Make the page that shows the motions of ``paths`` side by side; returns where it is.

    A single folder that has a page already is not made again, unless ``out`` or ``music`` ask for
    another one.

    Args:
        paths: motion files, or folders: of a folder its npz files, or else its bvh files, and so
            on.
        out: the page; default ``index.html`` in the folder, or the first file's name with
            ``.html``.
        music: a song to play with them; its time 0 is theirs.
        force: replace a page that exists.
        failed: called for each motion that cannot be shown; the others are.
        said: called with what had to be found out about a file: its unit, its up axis, its joints.

    Raises:
        FootlightsError: nothing can be shown, too many motions, or the page exists.
    """
    first = Path(paths[0])
    if (
        len(paths) == 1
        and first.is_dir()
        and out is None
        and music is None
        and not force
        and (first / FRONT_PAGE).is_file()
    ):
        return first / FRONT_PAGE
    files = [file for path in paths for file in _files(Path(path))]
    if len(files) > MOST:
        raise FootlightsError(
            f"{len(files)} motions do not fit on one page", first, f"name up to {MOST} of them"
        )
    target = (
        Path(out) if out else first / FRONT_PAGE if first.is_dir() else first.with_suffix(".html")
    )
    if target.exists() and target.name == FRONT_PAGE and (target.parent / DANCES_FILE).is_file():
        raise FootlightsError(
            "is the page of the dances made here, with their song",
            target,
            "give another place with -o",
        )
    if target.exists() and not force:
        raise FootlightsError(
            "exists already",
            target,
            "open it as it is, give --force to replace it, or another place with -o",
        )
    dances = []
    for number, file in enumerate(files):
        if progress:
            progress(0.8 * number / len(files), f"reading {file.name}")
        try:
            dances.append(_dance(file, target.parent, said))
        except FootlightsError as problem:
            if len(files) == 1:
                raise
            if failed:
                failed(problem)
    if not dances:
        raise FootlightsError("none of the motions can be shown", target, "see the lines above")
    if progress:
        progress(0.8, f"writing {target.name}")
    _write(dances, target, music)
    return target


def _write(dances: "list[Dance]", target: Path, music: str | os.PathLike[str] | None) -> None:
    from ..music import Music
    from ..show.page import page

    song = None if music is None else Music.load(music)
    title = song.name if song else dances[0].name if len(dances) == 1 else "Motions"
    page(dances, target, music=song, title=title, notes=song.notes if song else ())


def _files(path: Path) -> list[Path]:
    """The file itself, or of a folder the motions of the first format that is there."""
    if not path.is_dir():
        return [path]
    if chosen := of_first_format(path.iterdir()):
        return chosen
    raise FootlightsError(
        "no motion in this folder", path, f"it may hold {', '.join(MOTION_SUFFIXES)} files"
    )


def _dance(file: Path, folder: Path, said: Callable[[str], None] | None) -> "Dance":
    from ..formats import read
    from ..metrics.motion_rhythm import hits
    from ..retargeting.pose_transfer import on_house_skeleton
    from ..show.page import Dance

    motion = on_house_skeleton(read(file))
    if said:
        for note in motion.meta.get("notes", ()):
            said(f"{file.name}: {note}")
    here = file.parent.resolve() == folder.resolve()
    return Dance(
        file.stem, motion, {file.suffix[1:].lower(): file.name} if here else {}, hits(motion)
    )
