"""Films of judged motions: the dancer in red where something is wrong."""

from collections.abc import Sequence
from pathlib import Path

from ..basics.errors import FootlightsError
from ..basics.file_names import song_names
from ..basics.progress import Report, part
from ..evaluation.judged_files import JudgedFile
from .film import film
from .judgement_marks import judgement_marks


def film_paths(files: Sequence[JudgedFile], folder: Path) -> list[Path]:
    """NAME-score.mp4 in ``folder`` for each file, all different."""
    return [folder / f"{name}-score.mp4" for name in song_names(file.path for file in files)]


def score_films(
    files: Sequence[JudgedFile],
    folder: Path,
    *,
    force: bool = False,
    progress: Report | None = None,
) -> list[Path]:
    """Write a film of each file whose motion was kept into ``folder``; returns the films.

    Raises:
        FootlightsError: a film exists and ``force`` is false, or the place cannot be written.
    """
    shown = [file for file in files if file.motion is not None]
    films = film_paths(shown, folder)
    for target in films:
        if target.exists() and not force:
            raise FootlightsError(
                "exists already", target, "give --force to replace it, or go to another folder"
            )

    for number, (file, target) in enumerate(zip(shown, films, strict=True)):
        stretch = part(progress, number / len(films), (number + 1) / len(films), target.name)
        assert file.motion is not None
        wrong = judgement_marks(file.motion, file.judgement).wrong
        film(file.motion, target, wrong=wrong, progress=stretch)
    return films
