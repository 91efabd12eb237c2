"""Any motions on one page, with a song: files and folders of every format, or motions in memory."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..basics.errors import FootlightsError, Problem, exit_code_of
from ..basics.progress import Report, part
from ..data.dance_folder import DANCES_FILE, FRONT_PAGE
from ..formats.motion_files import MOTION_SUFFIXES, of_first_format
from ..motion.motion import Motion
from .danced_songs import play

if TYPE_CHECKING:
    from ..music import Music
    from ..show.page import Dance

MOST = 12  # motions on a page: a browser draws each of them


@dataclass
class ViewDelivery:
    """What came of it.

    Attributes:
        page: where it is.
        motions: names of the motions on it; empty where a page that was there is shown as it is.
        problems: motions that could not be shown, and why.
    """

    page: Path
    motions: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """0 when all is shown, 1 when work failed, 2 when only motions were at fault."""
        return exit_code_of(self.problems)

    def as_json(self) -> dict[str, Any]:
        """The document that ``footlights view --json`` prints."""
        return {
            "page": str(self.page),
            "motions": self.motions,
            "problems": [problem.as_json() for problem in self.problems],
        }


def view(
    motions: Sequence[str | os.PathLike[str] | Motion],
    out: str | os.PathLike[str] | None = None,
    music: "str | os.PathLike[str] | Music | None" = None,
    *,
    reading: Mapping[str, Any] | None = None,
    force: bool = False,
    failed: Callable[[Problem], None] | None = None,
    noted: Callable[[str, str], None] | None = None,
    progress: Report | None = None,
) -> ViewDelivery:
    """Make the page that shows motions side by side.

    A single folder that has a page already is not made again, unless ``out`` or ``music`` ask for
    another one.

    Args:
        motions: `Motion`, motion files, or folders: of a folder its npz files, or else its bvh
            files, and so on.
        out: the page; by default ``index.html`` in the folder, the first file's name with
            ``.html``, or ``motions.html`` here when nothing is from a file.
        music: a song to play with them; its time 0 is theirs. When None, dances to one song play
            it if the ``dances.json`` beside them knows where it lies.
        reading: options for the readers of files, such as ``{"up": "minus-y"}``; those that a
            format does not have are left out.
        force: replace a page that exists.
        failed: called for each motion that cannot be shown; the others are.
        noted: called with a motion's name and what had to be found out about it.

    Raises:
        FootlightsError: nothing can be shown, too many motions, or the page exists.
    """
    ready_page = _page_of_folder(motions)
    if ready_page and out is None and music is None and not force:
        return ViewDelivery(ready_page)

    sources = _all_sources(motions)
    target = Path(out) if out else _default_page(motions)
    _refuse_existing(target, force)
    delivery = ViewDelivery(target)

    def fail(item: str, error: FootlightsError) -> None:
        if len(sources) == 1:
            raise error
        delivery.problems.append(Problem(item, error))
        if failed:
            failed(delivery.problems[-1])

    dances = _dances(sources, target.parent, reading or {}, fail, noted, part(progress, 0.0, 0.8))
    if not dances:
        raise FootlightsError("none of the motions can be shown", target, "see the lines above")

    if progress:
        progress(0.8, f"writing {target.name}")
    if music is None:
        files = [source for source in sources if not isinstance(source, Motion)]
        music = play(files, noted) if len(files) == len(sources) else None
    _write(dances, target, music)
    delivery.motions = [dance.name for dance in dances]
    return delivery


def _page_of_folder(motions: Sequence[str | os.PathLike[str] | Motion]) -> Path | None:
    """The page of the only folder that is given, where it has one."""
    if len(motions) != 1 or isinstance(motions[0], Motion):
        return None
    page = Path(motions[0]) / FRONT_PAGE
    return page if page.is_file() else None


def _all_sources(motions: Sequence[str | os.PathLike[str] | Motion]) -> list[Path | Motion]:
    """Every motion and every file, if they are as many as a page can show."""
    sources = [source for motion in motions for source in _sources(motion)]
    if not sources:
        raise FootlightsError("no motion is given", "motions", "give a motion, a file or a folder")
    if len(sources) > MOST:
        raise FootlightsError(
            f"{len(sources)} motions do not fit on one page",
            "motions" if isinstance(motions[0], Motion) else motions[0],
            f"name up to {MOST} of them",
        )
    return sources


def _sources(motion: str | os.PathLike[str] | Motion) -> list[Path | Motion]:
    """The motion or file itself, or of a folder the motions of the first format that is there."""
    if isinstance(motion, Motion):
        return [motion]
    path = Path(motion)
    if not path.is_dir():
        return [path]
    if files := of_first_format(path.iterdir()):
        return [*files]
    raise FootlightsError(
        "no motion in this folder", path, f"it may hold {', '.join(MOTION_SUFFIXES)} files"
    )


def _default_page(motions: Sequence[str | os.PathLike[str] | Motion]) -> Path:
    first = next((Path(m) for m in motions if not isinstance(m, Motion)), None)
    if first is None:
        return Path("motions.html")
    return first / FRONT_PAGE if first.is_dir() else first.with_suffix(".html")


def _refuse_existing(target: Path, force: bool) -> None:
    if not target.exists():
        return
    if target.name == FRONT_PAGE and (target.parent / DANCES_FILE).is_file():
        raise FootlightsError(
            "is the page of the dances made here, with their song",
            target,
            "give another place with -o",
        )
    if not force:
        raise FootlightsError(
            "exists already",
            target,
            "open it as it is, give --force to replace it, or another place with -o",
        )


def _dances(
    sources: Sequence[Path | Motion],
    folder: Path,
    reading: Mapping[str, Any],
    fail: Callable[[str, FootlightsError], None],
    noted: Callable[[str, str], None] | None,
    progress: Report | None,
) -> "list[Dance]":
    """What the page in ``folder`` shows of each source; what cannot be shown goes to ``fail``."""
    dances = []
    for number, source in enumerate(sources):
        name = f"motion {number + 1}" if isinstance(source, Motion) else source.name
        if progress:
            progress(number / len(sources), f"reading {name}")
        try:
            dances.append(_dance(source, name, folder, reading, noted))
        except FootlightsError as error:
            fail(name if isinstance(source, Motion) else str(source), error)
    return dances


def _dance(
    source: Path | Motion,
    name: str,
    folder: Path,
    reading: Mapping[str, Any],
    noted: Callable[[str, str], None] | None,
) -> "Dance":
    from ..metrics.motion_rhythm import hits
    from ..retargeting.pose_transfer import on_house_skeleton
    from ..retargeting.source_map import read_source
    from ..show.page import Dance

    motion = source if isinstance(source, Motion) else read_source(source, reading)
    try:
        motion = on_house_skeleton(motion)
    except FootlightsError as error:
        if error.where not in ("", "motion", "skeleton"):
            raise
        raise FootlightsError(error.what, name, error.do, usage=error.usage) from error
    if noted:
        for note in motion.notes:
            noted(name, note)
    if isinstance(source, Motion):
        return Dance(name, motion, hits=hits(motion))

    # A page can link to files beside it, and to no others: it may be moved with its folder.
    beside = source.parent.resolve() == folder.resolve()
    files = {source.suffix[1:].lower(): source.name} if beside else {}
    return Dance(source.stem, motion, files, hits(motion))


def _write(
    dances: "list[Dance]", target: Path, music: "str | os.PathLike[str] | Music | None"
) -> None:
    from ..music import Music
    from ..show.page import page

    song = music if music is None or isinstance(music, Music) else Music.load(music)
    title = song.name if song else dances[0].name if len(dances) == 1 else "Motions"
    page(dances, target, music=song, title=title, notes=song.notes if song else ())
