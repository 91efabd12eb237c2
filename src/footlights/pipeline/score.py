"""Scoring motions from end to end: judged by physics, shown on a page and in films."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..basics.errors import FootlightsError, Problem, exit_code_of
from ..basics.progress import Report, part
from ..evaluation.judged_files import JudgedFiles, judge_files
from ..show.score_page import MOST
from .danced_songs import play

if TYPE_CHECKING:
    from ..music import Music


@dataclass(frozen=True)
class ScoreDelivery:
    """What came of it.

    Attributes:
        judged: the files, the worst first.
        written: the page and the films.
        problems: files that could not be judged, and a page or films that could not be written.
    """

    judged: JudgedFiles
    written: list[Path] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """0 when all is done, 1 when work failed, 2 when only what was given is at fault."""
        return exit_code_of(self.problems)

    def as_json(self) -> dict[str, Any]:
        """The document that ``footlights score --json`` prints."""
        return {
            **self.judged.as_json(),
            "written": [str(path) for path in self.written],
            "problems": [problem.as_json() for problem in self.problems],
        }


def score(
    paths: Sequence[str | os.PathLike[str]],
    *,
    floor: float | str | None = None,
    music: "str | os.PathLike[str] | Music | None" = None,
    reading: Mapping[str, Any] | None = None,
    page: str | os.PathLike[str] | None = None,
    films: str | os.PathLike[str] | None = None,
    findings: int | None = None,
    force: bool = False,
    jobs: int | None = None,
    failed: Callable[[Problem], None] | None = None,
    progress: Report | None = None,
) -> ScoreDelivery:
    """Judge motions, each once, and show the worst ones.

    Args:
        paths: motion files of any format, or folders of them.
        floor: height of the floor in metres, "auto" to find it, or None: 0 for our own npz files,
            found for all others.
        music: a song whose beats the motions may hit; its time 0 is theirs. The page plays it, or
            else the song that the ``dances.json`` beside the motions knows.
        reading: options for the readers of files, such as ``{"up": "minus-y"}``; those that a
            format does not have are left out.
        page: an html file to write.
        films: a folder to write films to, NAME-score.mp4.
        findings: how many findings of each motion are kept; all if None.
        force: replace films that exist.
        jobs: worker processes; one a core if None.
        failed: called for each file that cannot be judged, and for a page or films that cannot be
            written; the others are.

    Raises:
        FootlightsError: there is no motion to judge.
    """
    song = _loaded(music)
    judged = judge_files(
        paths,
        floor,
        None if song is None else song.beats,
        reading=reading,
        findings=findings,
        keep=0 if page is None and films is None else MOST,
        jobs=jobs,
        failed=failed,
        progress=part(progress, 0.0, 1.0 if films is None else 0.3),
    )
    delivery = ScoreDelivery(judged, problems=[*judged.problems])

    # Judging takes the longest: whatever goes wrong in showing, the numbers are kept.
    def show(place: str | os.PathLike[str] | None, write: Callable[[Path], list[Path]]) -> None:
        if place is None or not judged.files:
            return
        try:
            delivery.written.extend(write(Path(place)))
        except FootlightsError as error:
            delivery.problems.append(Problem(str(place), error))
            if failed:
                failed(delivery.problems[-1])

    show(page, lambda path: _write_page(judged, path, song))
    stretch = part(progress, 0.3, 1.0)
    show(films, lambda folder: _write_films(judged, folder, force, stretch))
    return delivery


def _write_page(judged: JudgedFiles, path: Path, song: "Music | None") -> list[Path]:
    from ..show.score_page import score_page

    shown = [file.path for file in judged.files if file.motion is not None]
    score_page(judged.files, path, song or play(shown))
    return [path]


def _write_films(
    judged: JudgedFiles, folder: Path, force: bool, progress: Report | None
) -> list[Path]:
    from ..show.score_film import score_films

    return score_films(judged.files, folder, force=force, progress=progress)


def _loaded(music: "str | os.PathLike[str] | Music | None") -> "Music | None":
    if music is None:
        return None
    from ..music import Music

    return music if isinstance(music, Music) else Music.load(music)
