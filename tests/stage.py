"""A stage for tests of the whole path: short songs with exact beats, and a dancer that needs no
trained weights.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soundfile

from footlights.basics.progress import Report
from footlights.generators.base import OPTIONS, DanceRequest, Generator, GeneratorInfo
from footlights.motion.motion import Motion
from footlights.music import Music
from moving import swaying

RATE = 22050  # samples a second

# A name that tries to leave the text it stands in, wherever a page puts it.
HOSTILE = (
    """</script><script>alert(1)</script><img src=x onerror="alert(2)">'"& """
    """{{script}} <!-- 💃 javascript:alert(3)"""
)


def clicks(path: Path, seconds: float = 3.0, bpm: float = 120.0) -> Path:
    """Write a song of clicks: decaying noise on every beat, with a soft tone under it."""
    rng = np.random.default_rng(0)
    times = np.arange(round(seconds * RATE)) / RATE
    since = times % (60 / bpm)
    sound = 0.5 * np.exp(-since * 40) * rng.standard_normal(len(times)) + 0.05 * np.sin(
        2 * np.pi * 110 * times
    )
    soundfile.write(
        path,
        0.5 * sound,
        RATE,
        format="WAV" if path.suffix not in (".ogg", ".flac", ".mp3") else None,
    )
    return path


def beeps(seconds: float = 4.0, name: str = "beeps") -> Music:
    """A song in memory: noise that dies away twice a second."""
    times = np.arange(round(seconds * RATE)) / RATE
    noise = np.random.default_rng(0).normal(0, 0.2, len(times))
    return Music((noise * np.exp(-(times % 0.5) * 20)).astype(np.float32), name=name)


class Swayer(Generator):
    """Sways as long as the music lasts; seed and take choose how."""

    info = GeneratorInfo("swayer", 30.0, ("calm", "wild"), frozenset(OPTIONS), {"hours": 0.0})

    def __init__(self) -> None:
        self.asked = 0

    def takes(self, request: DanceRequest, n: int, seed: int, progress: Report) -> Iterator[Motion]:
        self.asked += 1
        for take in range(n):
            yield swaying(request.length, seed=100 * seed + take)
