"""`Music`: one song with its samples, beats, tempo, onsets and named feature sets."""

import hashlib
import os
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from .beats import Beats, track_beats
from .decode import RATE, read_sound
from .spectrum import Spectrum, compute_spectrum
from .structure import Phrase, find_phrases


@dataclass(frozen=True, eq=False, repr=False)
class Music:
    """One song, or the part of it that was asked for; time 0 is its first sample.

    Beats, curves and features are computed when first asked for, and kept.

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
        """Decode a song file (wav, flac, ogg, opus, mp3, m4a, ...), or a part of it.

        Args:
            path: the file.
            start: where the part begins, seconds.
            seconds: how long it is; None: to the end.

        Raises:
            FootlightsError: no sound can be read from it, it is silent, shorter than 1 s, or longer
                than 10 minutes while ``seconds`` is None.
        """
        sound = read_sound(path, start, seconds)
        return cls(
            samples=sound.samples,
            path=Path(path),
            name=Path(path).stem,
            notes=sound.notes,
            start=start,
            part=seconds,
            damaged=sound.damaged,
        )

    def __repr__(self) -> str:
        # Only what is known already: a debugger that shows a song must not start to track beats.
        known = self.__dict__.get("_beats")
        tempo = f", {known.tempo:.1f} bpm" if known is not None else ""
        return f"Music({self.name!r}, {self.seconds:.1f} s{tempo})"

    @cached_property
    def seconds(self) -> float:
        """Length in seconds."""
        return len(self.samples) / self.rate

    @cached_property
    def digest(self) -> int:
        """A number of 64 bits that names the samples: the same sound has the same."""
        return int.from_bytes(hashlib.sha256(self.samples.tobytes()).digest()[:8], "little")

    @property
    def tempo(self) -> float:
        """Beats a minute; nan when there is no beat."""
        return self._beats.tempo

    @property
    def beats(self) -> np.ndarray:
        """(B,) float64 beat times, seconds."""
        return self._beats.times

    @property
    def downbeats(self) -> np.ndarray:
        """(D,) float64 times of the beats that open bars, seconds; none where bars are unclear."""
        return self._beats.downbeats

    @property
    def beat_division(self) -> int:
        """Parts of each beat: 3 where both thirds are clearly struck, as in 6/8, else 2."""
        return self._beats.division

    @property
    def beat_rival(self) -> float | None:
        """How many beats later the beat may lie as well, from 0 to 1; None where it is sure."""
        return self._beats.rival

    @property
    def beat_trust(self) -> float:
        """How surely the beats are the song's, from 0 (none) to 1."""
        return self._beats.trust

    @cached_property
    def phrases(self) -> tuple[Phrase, ...]:
        """Phrases of sixteen counts, which say what returns; none where there is no beat."""
        return find_phrases(self, self._spectrum.bands, self._spectrum.rate)

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

    def features(self, name: str, start_bpm: float | None = None) -> np.ndarray:
        """(F, D) float32 rows of a published feature set, one every 512 samples of its rate.

        Args:
            name: fact35, edge35, bailando438 or bailando55.
            start_bpm: where the published beat tracker of fact35 and edge35 begins to look; by
                default the tempo that an AIST file name holds, else the published estimate.

        Raises:
            FootlightsError: no set has that name.
        """
        key = (name, start_bpm)
        if key not in self._features:
            from .published.features import compute_features, tempo_of_aist_name

            begin = tempo_of_aist_name(self.name) if start_bpm is None else start_bpm
            self._features[key] = compute_features(name, self.at_rate, begin)
        return self._features[key]

    def at_rate(self, rate: int) -> np.ndarray:
        """(N,) float32 the same sound at ``rate`` samples a second.

        It is decoded from the file again where there is one, so that nothing is lost twice.
        """
        if rate == self.rate:
            return self.samples
        if self.path is not None:
            return read_sound(self.path, self.start, self.part, rate).samples
        import soxr

        resampled: np.ndarray = soxr.resample(self.samples, self.rate, rate, quality="HQ")
        return resampled

    def let_go_of_samples(self) -> None:
        """Hear the song, and keep neither samples nor bands: they are 6 MB a minute.

        Whoever asks for them later has the file decoded again. A song without a file keeps them.
        """
        if self.path is not None:
            # What is kept of them is worked out first.
            _ = self.seconds, self.digest, self._beats, self.phrases
            self.__dict__.pop("samples", None)
            # Only beats and phrases are found in bands.
            light = replace(self._spectrum, bands=self._spectrum.bands[:0].copy())
            self.__dict__["_spectrum"] = light

    def __getattr__(self, name: str) -> Any:
        if name != "samples" or self.__dict__.get("path") is None:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        assert self.path is not None
        samples = read_sound(self.path, self.start, self.part, self.rate).samples
        self.__dict__["samples"] = samples
        return samples

    @cached_property
    def _features(self) -> dict[tuple[str, float | None], np.ndarray]:
        return {}

    @cached_property
    def _spectrum(self) -> Spectrum:
        return compute_spectrum(self.samples, self.rate)

    @cached_property
    def _beats(self) -> Beats:
        return track_beats(self.samples, self.rate, self._spectrum)


def bundled_song() -> Path:
    """The song that comes with footlights: a minute to dance to, CC0.

    ``tools/compose_song.py`` composes it.
    """
    return Path(__file__).parents[1] / "assets" / "song.ogg"
