"""The desk: the band's tracks in one room, ducked under the kick, at full scale."""

import numpy as np

from song.band import bass, chords, drums, lead, put, riser
from song.instruments import clock, kick, noise
from song.score import BEAT, LENGTH, RATE, kicks, seconds

SEED = 8


def mix() -> np.ndarray:
    """(LENGTH, 2) float64 in [-1, 1]: the whole song."""
    rng = np.random.default_rng(SEED)
    kick_track = np.zeros((LENGTH, 2))
    for beat, gain in kicks():
        put(kick_track, kick(), beat, 0.62 * gain)
    percussion, rush = drums(rng), riser(rng)
    dry, wide = chords()
    tune = lead()
    tune = tune + convolve(tune, echo_response())
    hall = convolve(0.25 * percussion + 0.9 * dry + 0.6 * wide + 0.8 * tune, hall_response(rng))

    music = (
        duck(0.9 * bass(), 0.65)
        + duck(1.5 * dry + 1.6 * wide + 0.5 * hall, 0.55)
        + duck(1.2 * tune, 0.3)
    )
    whole = kick_track + brighten(0.85 * percussion + 0.8 * rush + music, 1.8)
    whole = np.tanh(1.25 * whole)
    fade = np.clip((LENGTH - np.arange(LENGTH)) / (0.6 * RATE), 0, 1)
    return 0.82 * whole * fade[:, None] / np.abs(whole).max()


def duck(track: np.ndarray, depth: float) -> np.ndarray:
    """Make room for every kick: the level drops at once and swells back before the next beat."""
    level = np.ones(LENGTH)
    swell = 1 - depth * np.exp(-clock(BEAT) / 0.13)
    for beat, _ in kicks():
        first = round(seconds(beat) * RATE)
        part = level[first : first + len(swell)]
        np.minimum(part, swell[: len(part)], out=part)
    return track * level[:, None]


def convolve(track: np.ndarray, response: np.ndarray) -> np.ndarray:
    """A track (LENGTH, 2) in a room whose impulse response is (N, 2)."""
    size = 1 << (len(track) + len(response)).bit_length()
    spectrum = np.fft.rfft(track, size, axis=0) * np.fft.rfft(response, size, axis=0)
    return np.fft.irfft(spectrum, size, axis=0)[: len(track)]


def hall_response(rng: np.random.Generator) -> np.ndarray:
    """(N, 2) impulse response of a hall: decaying noise."""
    time = clock(1.4)
    ears = [
        noise(rng, 1.4, 250, 5000) * np.exp(-time / 0.32) * np.clip(time / 0.015, 0, 1)
        for _ in range(2)
    ]
    response = np.stack(ears, axis=1)
    return response / np.sqrt((response**2).sum(axis=0))


def echo_response() -> np.ndarray:
    """(N, 2) impulse response of dotted eighths, from one ear to the other."""
    response = np.zeros((round(3 * BEAT * RATE), 2))
    for k in range(1, 4):
        response[min(round(k * 0.75 * BEAT * RATE), len(response) - 1), k % 2] = 0.4**k
    return response


def brighten(track: np.ndarray, amount: float) -> np.ndarray:
    """A gentle shelf: everything above about 2 kHz louder by ``amount``."""
    size = 1 << len(track).bit_length()
    f = np.fft.rfftfreq(size, 1 / RATE) / 1500
    shelf = np.sqrt((1 + (amount * f) ** 2) / (1 + f**2))
    spectrum = np.fft.rfft(track, size, axis=0) * shelf[:, None]
    return np.fft.irfft(spectrum, size, axis=0)[: len(track)]
