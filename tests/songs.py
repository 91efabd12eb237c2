"""Songs whose beats are known by construction: strokes of drums at given times."""

import numpy as np

from footlights.music import Music
from footlights.music.decode import RATE


def struck(times: np.ndarray, sounds: list[np.ndarray], seconds: float) -> np.ndarray:
    """(N,) float32 the sounds in turn, one at each time, over a breath of noise."""
    track = np.random.default_rng(1).normal(0, 0.002, round(seconds * RATE))
    for i, time in enumerate(times):
        sound = sounds[i % len(sounds)]
        first = round(time * RATE)
        track[first : first + len(sound)] += sound[: max(0, len(track) - first)]
    return track.astype(np.float32)


def stroke(length: float, decay: float) -> tuple[np.ndarray, np.ndarray]:
    time = np.arange(round(length * RATE)) / RATE
    return time, np.exp(-time / decay)


def click() -> np.ndarray:
    time, fade = stroke(0.02, 0.004)
    return 0.6 * np.sin(2 * np.pi * 1500 * time) * fade


def kick() -> np.ndarray:
    time, fade = stroke(0.25, 0.08)
    return 0.7 * np.sin(2 * np.pi * (50 * time + 3 * (1 - np.exp(-time / 0.03)))) * fade


def snare() -> np.ndarray:
    time, fade = stroke(0.2, 0.05)
    return 0.25 * np.random.default_rng(2).normal(size=len(time)) * fade


def hat(gain: float = 0.15) -> np.ndarray:
    time, fade = stroke(0.06, 0.02)
    return gain * np.diff(np.random.default_rng(3).normal(size=len(time) + 1)) * fade


def clicks(bpm: float, seconds: float = 30.0, first: float = 0.2) -> Music:
    return Music(struck(np.arange(first, seconds - 0.1, 60 / bpm), [click()], seconds))


def kit(beats: np.ndarray, seconds: float, off_beat: float = 0.15) -> Music:
    """Kick and snare in turn on the beats, hats on and between them."""
    halves = (beats[1:] + beats[:-1]) / 2
    track = (
        struck(beats, [kick(), snare()], seconds)
        + struck(beats, [hat(0.1)], seconds)
        + struck(halves, [hat(off_beat)], seconds)
    )
    return Music(track)


def grid(bpm: float, seconds: float = 30.0, first: float = 0.3) -> np.ndarray:
    return np.arange(first, seconds - 0.3, 60 / bpm)


def scattered(seed: int) -> Music:
    times = np.sort(np.random.default_rng(seed).uniform(0, 29, 80))
    return Music(struck(times, [snare()], 30))
