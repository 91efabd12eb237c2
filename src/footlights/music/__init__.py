"""Music: a song as a dancer needs it.

Samples, beats, tempo, onsets, and named feature sets; computed when asked.
"""

import os
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

from .beats import Beats, track
from .decode import RATE, read_sound
from .spectrum import Spectrum, listen

__all__ = ["Music", "bundled_song"]


@dataclass(frozen=True, eq=False)
class Music:
    """One song, or the part of it that was asked for; time 0 is its first sample.

    Attributes:
        samples: (N,) float32, mono.
        rate: samples a second.
        path: the file it came from, or None.
        name: the file's name without its ending.
        notes: what a person should know about how it was read.
        damaged: whether the file is damaged or cut short, so that some of it is missing.
        start, part: the seconds of the file at which it begins, and that were asked for (None: to
        its end).
    """

    samples: np.ndarray
    rate: int = RATE
    path: Path | None = None
    name: str = "music"
    notes: tuple[str, ...] = field(default=())
    start: float = 0.0
    part: float | None = None
    damaged: bool = False

    @classmethod
    def load(
        cls, path: str | os.PathLike[str], start: float = 0.0, seconds: float | None = None
    ) -> "Music":
        """Decode a song file (wav, flac, ogg, opus, mp3, m4a, ...) from ``start`` for ``seconds``
        (None: all of it).

        Raises:
            FootlightsError: no sound can be read from it, it is silent, shorter than 1 s, or longer
                than 10 minutes while ``seconds`` is None.
        """
        sound = read_sound(path, start, seconds)
        place = Path(path)
        return cls(
            sound.samples, RATE, place, place.stem, sound.notes, start, seconds, sound.damaged
        )

    @property
    def seconds(self) -> float:
        """Length in seconds."""
        return len(self.samples) / self.rate

    @property
    def tempo(self) -> float:
        """Beats a minute; nan when there is no beat."""
        return self._tracked.tempo

    @property
    def beats(self) -> np.ndarray:
        """(B,) float64 beat times, seconds."""
        return self._tracked.beats

    @property
    def downbeats(self) -> np.ndarray:
        """(D,) float64 times of the first beats of bars, seconds; empty where bars are not clear."""
        return self._tracked.downbeats

    @property
    def beat_trust(self) -> float:
        """How surely the beats are the song's, from 0 (none) to 1."""
        return self._tracked.trust

    @property
    def onset(self) -> np.ndarray:
        """(F,) float32 how much starts at each moment, ``onset_rate`` values a second."""
        return self._spectrum.onset

    @property
    def onset_rate(self) -> float:
        """Values of ``onset`` and ``loudness`` a second, Hz."""
        return self._spectrum.rate

    @property
    def loudness(self) -> np.ndarray:
        """(F,) float32 level in dB of full scale, not below -80, ``onset_rate`` values a second."""
        return self._spectrum.loudness

    def features(self, name: str) -> np.ndarray:
        """(F, D) float32 rows of a published feature set: fact35, edge35, bailando438 or
        bailando55; computed once.

        Raises:
            FootlightsError: no set has that name.
        """
        if name not in self._sets:
            from .published.features import features

            self._sets[name] = features(self, name)
        return self._sets[name]

    def at(self, rate: int) -> np.ndarray:
        """(N,) float32 the same sound at another rate, from the file again where there is one:
        nothing is lost twice.
        """
        if rate == self.rate:
            return self.samples
        if self.path is not None:
            return read_sound(self.path, self.start, self.part, rate).samples
        import soxr

        return soxr.resample(self.samples, self.rate, rate, quality="HQ")

    @cached_property
    def _sets(self) -> dict[str, np.ndarray]:
        return {}

    @cached_property
    def _spectrum(self) -> Spectrum:
        return listen(self.samples, self.rate)

    @cached_property
    def _tracked(self) -> Beats:
        return track(self.samples, self.rate, self._spectrum)


def bundled_song() -> Path:
    """The song that comes with footlights: a minute to dance to, composed by
    ``tools/compose_song.py``, CC0.
    """
    return Path(__file__).parents[1] / "assets" / "song.ogg"
