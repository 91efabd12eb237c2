"""Songs whose beats are known by construction: drums, bells, bass and chords from numbers alone."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

RATE = 22050
SECONDS = 36.0

# What is struck in one bar: (place in beats, instrument, gain).
Bar = list[tuple[float, str, float]]


@dataclass(frozen=True)
class Song:
    """One song.

    Attributes:
        name: kind and tempo.
        kind: the kind alone.
        samples: (N,) float32, mono.
        beats: (B,) seconds.
        metre: beats in a bar.
        swaps: whether the beats between are danced to as well, as dancers on 1 and on 2 do.
    """

    name: str
    kind: str
    samples: np.ndarray
    beats: np.ndarray
    metre: int
    swaps: bool = False

    @property
    def levels(self) -> dict[str, np.ndarray]:
        """Beats (B,) of each level that people dance to; the first is the one that is counted."""
        levels = {"beat": self.beats}
        if self.metre % 2 == 0:
            levels["half"] = self.beats[::2]
        between = (self.beats[1:] + self.beats[:-1]) / 2
        levels["double"] = np.sort(np.concatenate([self.beats, between]))
        if self.metre == 3:
            levels["bar"] = self.beats[::3]
        if self.swaps:
            levels["other half"] = self.beats[1::2]
        return levels


def songs(seed: int = 0) -> Iterator[Song]:
    """All songs, made one after the other; the same bytes each time.

    Another ``seed`` than 0 moves each tempo by up to 6 % and each beginning by up to 0.5 s: songs
    on which nothing was tuned.
    """
    rng = np.random.default_rng(seed)

    def near(*tempi: float) -> Iterator[float]:
        for bpm in tempi:
            yield bpm if seed == 0 else round(bpm * float(rng.uniform(0.94, 1.06)), 2)

    yield from (_song("house", bpm, _house(0.3)) for bpm in near(100, 110, 118, 124, 128, 140))
    yield from (_song("loud off-beat", bpm, _house(0.9)) for bpm in near(108, 122, 126, 134))
    yield from (_song("rock", bpm, _ROCK) for bpm in near(78, 84, 96, 112, 132, 150))
    yield from (_song("swing", bpm, _SWING) for bpm in near(96, 120, 140, 180))
    yield from (_song("shuffle", bpm, _SHUFFLE) for bpm in near(88, 116))
    yield from (_song("salsa bell", bpm, _SALSA, swaps=True) for bpm in near(170, 180, 190, 204))
    yield from (_song("clave", bpm, _SON, swaps=True) for bpm in near(150, 160, 184))
    yield from (_song("dembow", bpm, _DEMBOW) for bpm in near(92))
    yield from (_song("five four", bpm, _FIVE, metre=5) for bpm in near(120))
    yield from (_song("seven four", bpm, _SEVEN, metre=7) for bpm in near(112))
    yield from (_song("waltz", bpm, _WALTZ, metre=3) for bpm in near(84, 96, 120, 150, 180, 196))
    yield from (_song("six eight", bpm, _SIX, metre=2) for bpm in near(62, 72, 80, 92))
    yield from (_song("twelve eight", bpm, _SIX, metre=2) for bpm in near(108))
    yield from (
        _song(f"step to {b}", bpm, _ROCK, _step(b))
        for a, b in ((92, 132), (100, 120), (140, 96))
        for bpm in near(a)
    )
    yield from (
        _song(f"to {b}", bpm, _ROCK, lambda t, b=b: b * t + (1 - t))
        for a, b in ((100, 1.4), (90, 1.3), (130, 0.75))
        for bpm in near(a)
    )
    yield from (_song("live", bpm, _ROCK, _drifting(bpm)) for bpm in near(86, 104, 108, 121))
    yield from (
        _ambient(bpm, silence)
        for a, silence in ((124, 14.0), (110, 12.0), (128, 18.0))
        for bpm in near(a)
    )
    yield from (_cut(bar, bpm, metre) for bar, a, metre in _CUTS for bpm in near(a))
    yield from (_song("drum and bass", bpm, _JUNGLE) for bpm in near(170, 176))
    yield from (_song("half time", bpm, _HALF_TIME) for bpm in near(136, 146))


def _song(
    kind: str,
    bpm: float,
    bar: Bar,
    pace: Callable[[float], float] = lambda share: 1.0,
    *,
    metre: int = 4,
    swaps: bool = False,
    first: float | None = None,
) -> Song:
    """A song at ``bpm`` times what ``pace`` says at each share of its length."""
    # Tempi that were moved have a fraction, which moves the beginning, too.
    beats = [0.35 + 0.5 * (bpm % 1) if first is None else first]
    while beats[-1] < SECONDS - 0.3:
        beats.append(beats[-1] + 60 / (bpm * pace(beats[-1] / SECONDS)))
    times = np.array(beats)

    track = np.random.default_rng(int(bpm)).normal(0, 0.002, round(SECONDS * RATE))
    rng = np.random.default_rng(len(kind))
    # Patterns are written for two bars of salsa, one of all else.
    length = 8 if swaps else metre
    for begin in range(0, len(times) - 1, length):
        chord = (begin // length) % 4
        for place, instrument, gain in bar:
            at = float(np.interp(begin + place, np.arange(len(times)), times, right=SECONDS))
            at += rng.normal(0, 0.003)
            sound = _sound(instrument, chord) * (gain * rng.uniform(0.9, 1.1))
            start = max(0, round(at * RATE))
            end = min(start + len(sound), len(track))
            track[start:end] += sound[: max(0, end - start)]
    samples = (0.5 * track / np.abs(track).max()).astype(np.float32)
    return Song(f"{kind} {bpm:g}", kind, samples, times[:-1], metre, swaps)


def _ambient(bpm: float, silence: float) -> Song:
    """Pads that swell before the beat begins after ``silence`` seconds."""
    song = _song("ambient intro", bpm, _house(0.3), first=silence)
    time = np.arange(round(silence * RATE)) / RATE
    pad = sum(
        np.sin(2 * np.pi * hertz * time) * (1 + np.sin(2 * np.pi * time * slow + hertz))
        for hertz, slow in ((220, 0.11), (277, 0.17), (330, 0.23), (440, 0.07))
    )
    samples = song.samples.copy()
    samples[: len(pad)] += (0.04 * pad * np.minimum(1, 4 * (1 - time / silence))).astype(np.float32)
    return Song(song.name, song.kind, samples, song.beats, song.metre)


def _cut(bar: Bar, bpm: float, metre: int) -> Song:
    """A song that a cut begins in the middle of a beat."""
    song = _song("mid-beat cut", bpm, bar, metre=metre)
    cut = song.beats[1] + 0.5 * (song.beats[2] - song.beats[1])
    beats = song.beats[song.beats > cut] - cut
    return Song(song.name, song.kind, song.samples[round(cut * RATE) :], beats, metre)


def _step(to: float) -> Callable[[float], float]:
    start = {132: 92, 120: 100, 96: 140}[int(to)]
    return lambda share: 1.0 if share < 0.5 else to / start


def _drifting(seed: float) -> Callable[[float], float]:
    """A drummer who wanders by some percent, slowly."""
    phases = np.random.default_rng(int(seed)).uniform(0, 2 * np.pi, 3)
    return lambda share: (
        1
        + sum(
            size * np.sin(2 * np.pi * cycles * share + phase)
            for size, cycles, phase in zip((0.025, 0.015, 0.008), (1, 2.3, 5), phases, strict=True)
        )
    )


@cache
def _sound(instrument: str, chord: int) -> np.ndarray:
    """(N,) one stroke; ``chord`` moves what has a pitch."""
    length = {"kick": 0.3, "bass": 0.35, "chord": 0.5, "bell": 0.25, "piano": 0.3}
    time = np.arange(round(length.get(instrument, 0.15) * RATE)) / RATE
    noise = np.random.default_rng(5).normal(size=len(time) + 1)
    root = 55.0 * 2 ** ((0, 5, 7, 3)[chord] / 12)

    def tones(hertz: float, ratios: tuple[float, ...], decay: float) -> np.ndarray:
        waves = sum(np.sin(2 * np.pi * hertz * ratio * time) for ratio in ratios)
        return waves / len(ratios) * np.exp(-time / decay)

    if instrument == "kick":
        glide = 50 * time + 3 * (1 - np.exp(-time / 0.03))
        return np.sin(2 * np.pi * glide) * np.exp(-time / 0.08)
    if instrument == "snare":
        return 0.3 * noise[1:] * np.exp(-time / 0.05) + 0.2 * tones(190, (1, 1.6), 0.05)
    if instrument == "hat":
        return 0.25 * np.diff(noise) * np.exp(-time / 0.02)
    if instrument == "bass":
        return tones(root, (1, 2, 3), 0.15)
    if instrument == "chord":
        return tones(4 * root, (1, 1.26, 1.5, 2), 0.25)
    if instrument == "piano":
        return tones(8 * root, (1, 1.26, 1.5, 2, 3), 0.12)
    if instrument == "bell":
        return tones(820, (1, 1.48, 2.7), 0.08)
    if instrument == "clave":
        return tones(2400, (1, 1.7), 0.02)
    return tones(220, (1, 1.6), 0.06)  # conga


def _each(places: list[float], instrument: str, gain: float) -> Bar:
    return [(place, instrument, gain) for place in places]


def _house(hat: float) -> Bar:
    """Four on the floor; hat and bass between the beats."""
    return [
        *_each([0, 1, 2, 3], "kick", 0.9),
        *_each([1, 3], "snare", 0.6),
        *_each([0.5, 1.5, 2.5, 3.5], "hat", hat),
        *_each([0.5, 1.5, 2.5, 3.5], "bass", hat / 2),
        (0, "chord", 0.3),
    ]


_ROCK: Bar = [
    *_each([0, 2, 2.5], "kick", 0.9),
    *_each([1, 3], "snare", 0.9),
    *_each([0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5], "hat", 0.3),
    *_each([0, 1.5, 2, 3.5], "bass", 0.4),
    (0, "chord", 0.3),
]
_SWING: Bar = [
    *_each([0, 1, 2, 3, 5 / 3, 11 / 3], "hat", 0.6),
    *_each([0, 1, 2, 3], "bass", 0.5),
    *_each([1, 3], "snare", 0.2),
    (0, "kick", 0.3),
]
_SHUFFLE: Bar = [
    *_each([0, 2], "kick", 0.9),
    *_each([1, 3], "snare", 0.8),
    *_each([0, 2 / 3, 1, 5 / 3, 2, 8 / 3, 3, 11 / 3], "hat", 0.4),
    *_each([0, 2 / 3, 2, 8 / 3], "bass", 0.4),
]
# Two bars of eight beats; the bell falls on every second beat, bass and piano before them.
_SALSA: Bar = [
    *_each([0, 2, 4, 6], "bell", 0.7),
    *_each([1, 1.5, 3, 3.5, 5, 5.5, 7, 7.5], "bell", 0.25),
    *_each([0, 1.5, 3, 5, 6], "clave", 0.5),
    *_each([1.5, 3, 5.5, 7], "bass", 0.7),
    *_each([0, 1, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5], "piano", 0.4),
    *_each([3, 3.5, 7, 7.5], "conga", 0.7),
]
_SON: Bar = [
    *_each([0, 1.5, 3, 5, 6], "clave", 0.8),
    *_each([1.5, 3, 5.5, 7], "bass", 0.7),
    *_each([0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 5.5, 6, 6.5, 7, 7.5], "hat", 0.25),
    *_each([0, 2, 4, 6], "hat", 0.4),
    *_each([3, 3.5, 7, 7.5], "conga", 0.8),
]
_DEMBOW: Bar = [
    *_each([0, 1, 2, 3], "kick", 0.9),
    *_each([0.75, 1.5, 2.75, 3.5], "snare", 0.8),
    *_each([0, 1.5, 2, 3.5], "bass", 0.4),
]
_FIVE: Bar = [
    *_each([0, 3], "kick", 0.9),
    *_each([1, 2, 4], "snare", 0.5),
    *_each([0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5], "hat", 0.3),
]
_SEVEN: Bar = [
    *_each([0, 2, 4], "kick", 0.9),
    *_each([1, 3, 5, 6], "snare", 0.6),
    *_each([0, 1, 2, 3, 4, 5, 6], "hat", 0.3),
]
_WALTZ: Bar = [
    (0, "kick", 0.8),
    (0, "bass", 0.6),
    *_each([1, 2], "chord", 0.5),
    *_each([1, 2], "hat", 0.4),
]
# Beats are dotted; three eighths in each.
_SIX: Bar = [
    (0, "kick", 0.9),
    (1, "snare", 0.8),
    *_each([0, 1 / 3, 2 / 3, 1, 4 / 3, 5 / 3], "piano", 0.4),
    *_each([0, 1 / 3, 2 / 3, 1, 4 / 3, 5 / 3], "hat", 0.25),
    (0, "bass", 0.5),
]
_JUNGLE: Bar = [
    *_each([0, 2.5], "kick", 0.9),
    *_each([1, 3], "snare", 0.9),
    *_each([0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5], "hat", 0.35),
    (0, "bass", 0.6),
]
_HALF_TIME: Bar = [
    *_each([0, 1.5], "kick", 0.9),
    (2, "snare", 0.9),
    *_each([0, 0.5, 1, 1.5, 2, 2.5, 3, 3.25, 3.5, 3.75], "hat", 0.35),
    (0, "bass", 0.6),
]
_CUTS = ((_ROCK, 104, 4), (_house(0.9), 125, 4), (_WALTZ, 130, 3))
