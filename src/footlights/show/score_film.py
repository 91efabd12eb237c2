"""Films of judged motions: the dancer in red where something is wrong."""

from collections.abc import Sequence
from pathlib import Path

from ..basics.errors import FootlightsError
from ..basics.file_names import song_names
from ..basics.progress import Report
from ..evaluation.judged_files import Row, judged_file
from .film import film
from .score_page import MOST, marks_of


def score_films(
    rows: Sequence[Row],
    folder: Path,
    floor: float | str | None = None,
    *,
    force: bool = False,
    progress: Report | None = None,
) -> list[Path]:
    """Write NAME-score.mp4 of the worst motions of ``rows`` (worst first) into ``folder``; returns
    the files.

    Raises:
        FootlightsError: a film exists and ``force`` is false, or the place cannot be written.
    """
    chosen = rows[:MOST]
    films = [folder / f"{name}-score.mp4" for name in song_names(row.path for row in chosen)]
    for target in films:
        if target.exists() and not force:
            raise FootlightsError(
                "exists already", target, "give --force to replace it, or go to another folder"
            )
    for row, target in zip(chosen, films, strict=True):
        motion, said, _ = judged_file(row.path, floor)
        film(motion, target, wrong=marks_of(motion, said).wrong, progress=progress)
    return films
