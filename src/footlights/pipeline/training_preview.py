"""Films of what a model can do so far, made while it trains."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ..generators.base import Generator
from ..music import Music, bundled_song
from ..show.film import film

if TYPE_CHECKING:
    from ..learning.task import State

EVERY = 1000  # training steps between films
START, SECONDS = 8.0, 10.0  # of the bundled song


def training_preview(
    dancer: "Callable[[State], Generator | None]", out: Path
) -> "Callable[[State], None]":
    """What `learning.run` calls after each validation: writes ``out/films/<step>.mp4``.

    Args:
        dancer: the generator that a state of training makes, if it makes one.
        out: the run's folder.
    """

    def preview(state: "State") -> None:
        generator = None if state.step % EVERY else dancer(state)
        if generator is None:
            return
        song = Music.load(bundled_song(), start=START, seconds=SECONDS)
        (out / "films").mkdir(exist_ok=True)
        film(generator.sample(song, 1, seed=0)[0], out / "films" / f"{state.step:07d}.mp4", song)

    return preview
