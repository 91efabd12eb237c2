"""The instruments: each gives the samples (N,) of one note or stroke, from sines and noise."""

from functools import cache

import numpy as np

from song.score import RATE


@cache
def bass_note(note: int, length: float) -> np.ndarray:
    """A saw that darkens at once, with a sine an octave below."""
    time = clock(length + 0.08)
    cutoff = 180 + 1500 * np.exp(-time / 0.09)
    body = partials(hertz(note), time, cutoff, odd=False) + 0.7 * np.sin(np.pi * hertz(note) * time)
    return np.tanh(1.4 * body * gate(time, length * 0.85, 0.004, 0.02))


@cache
def key_note(note: int, length: float) -> np.ndarray:
    """Electric piano: one sine bending another, and a bell that dies at once."""
    time, f = clock(length + 0.5), hertz(note)
    bend = 1.6 * np.exp(-time / 0.5) * np.sin(2 * np.pi * f * time)
    bell = 0.12 * np.exp(-time / 0.07) * np.sin(2 * np.pi * 7 * f * time)
    tone = np.sin(2 * np.pi * f * time + bend) + bell
    return tone * np.exp(-time / 0.9) * gate(time, length, 0.003, 0.12)


@cache
def stab_note(note: int, brightness: float) -> np.ndarray:
    """A saw of a moment; ``brightness`` in Hz, by which it opens at first."""
    time = clock(0.16)
    cutoff = 500 + brightness * np.exp(-time / 0.05)
    return partials(hertz(note), time, cutoff, odd=False, most=24) * gate(time, 0.05, 0.002, 0.025)


@cache
def pad_note(note: int, length: float, side: int) -> np.ndarray:
    """Two saws a little out of tune that open and close; ``side`` -1 or 1 tunes them apart."""
    time = clock(length + 0.6)
    cutoff = 500 + 900 * (1 - np.cos(2 * np.pi * np.minimum(time / length, 1))) / 2
    waves = [
        partials(hertz(note + cents / 100), time, cutoff, odd=False, most=10)
        for cents in (-7 * side, 4 * side)
    ]
    return sum(waves) * gate(time, length, 0.25, 0.25)


@cache
def lead_note(note: int, length: float) -> np.ndarray:
    """Two squares a little out of tune, with a vibrato that comes late."""
    time = clock(length + 0.15)
    cutoff = 900 + 3500 * np.exp(-time / 0.12)
    sway = 0.004 * np.clip(time / 0.3, 0, 1) * np.sin(2 * np.pi * 5.5 * time) / (2 * np.pi * 5.5)
    voices = [
        partials(hertz(note + cents / 100), time + sway, cutoff, odd=True, most=20)
        for cents in (-5, 6)
    ]
    return sum(voices) * gate(time, length * 0.9, 0.006, 0.05)


def kick() -> np.ndarray:
    """A sine that falls to 47 Hz, and a click."""
    time = clock(0.32)
    phase = 47 * time + 3.6 * (1 - np.exp(-time / 0.028))
    click = np.exp(-time / 0.002) * np.sin(2 * np.pi * 1800 * time)
    stroke = np.sin(2 * np.pi * phase) * np.exp(-time / 0.12) + 0.25 * click
    return np.tanh(1.8 * stroke) * gate(time, 0.25, 0.001, 0.03)


def clap(rng: np.random.Generator) -> np.ndarray:
    """Three hands one after the other, and their room."""
    time = clock(0.3)
    hands = sum(
        np.exp(-np.maximum(time - at, 0) / 0.008) * (time >= at) for at in (0.0, 0.011, 0.021)
    )
    room = 0.6 * np.exp(-np.maximum(time - 0.021, 0) / 0.07) * (time >= 0.021)
    body = 0.5 * np.sin(2 * np.pi * 185 * time) * np.exp(-time / 0.05)
    return 0.45 * noise(rng, 0.3, 900, 4500) * (hands + room) / 1.6 + body


def snare(rng: np.random.Generator) -> np.ndarray:
    time = clock(0.2)
    phase = 180 * time + 0.8 * (1 - np.exp(-time / 0.02))
    skin = np.sin(2 * np.pi * phase) * np.exp(-time / 0.06)
    return 0.7 * skin + 0.35 * noise(rng, 0.2, 1500, 9000) * np.exp(-time / 0.07)


def hat(rng: np.random.Generator, ring: float) -> np.ndarray:
    """Bright noise that rings for about ``ring`` seconds."""
    time = clock(0.05 + 4 * ring)
    hiss = 0.3 * noise(rng, len(time) / RATE, 7000, 15000)
    return hiss * np.exp(-time / ring) * gate(time, 1, 0.001, 1)


def tom(note: int) -> np.ndarray:
    time, f = clock(0.4), hertz(note)
    phase = f * time + 1.2 * (1 - np.exp(-time / 0.04))
    return np.sin(2 * np.pi * phase) * np.exp(-time / 0.13) * gate(time, 0.3, 0.002, 0.05)


def partials(
    frequency: float, time: np.ndarray, cutoff: np.ndarray, odd: bool, most: int = 30
) -> np.ndarray:
    """A saw (or square, ``odd``) through a falling low-pass, as a sum of sines."""
    wave = np.zeros_like(time)
    for k in range(1, min(most, int(16000 / frequency)) + 1, 2 if odd else 1):
        gain = 1 / (k * np.sqrt(1 + (k * frequency / cutoff) ** 4))
        wave += gain * np.sin(2 * np.pi * k * frequency * time + 0.3 * k * k)
    return wave


def noise(rng: np.random.Generator, length: float, low: float, high: float) -> np.ndarray:
    """Noise between two frequencies, at unit spread."""
    count = round(length * RATE)
    spectrum = np.fft.rfft(rng.normal(size=count))
    f = np.fft.rfftfreq(count, 1 / RATE)
    edges = np.sqrt((1 + (low / np.maximum(f, 1)) ** 6) * (1 + (f / high) ** 6))
    wave = np.fft.irfft(spectrum / edges, count)
    return wave / wave.std()


def gate(time: np.ndarray, length: float, attack: float, release: float) -> np.ndarray:
    """(N,) amplitude: up in ``attack`` seconds, held until ``length``, down in ``release``."""
    return np.clip(time / attack, 0, 1) * np.exp(-np.maximum(time - length, 0) / release)


def clock(length: float) -> np.ndarray:
    """(N,) the seconds of each sample of a sound of ``length`` seconds."""
    return np.arange(round(length * RATE)) / RATE


def hertz(note: float) -> float:
    """The frequency of a MIDI note."""
    return 440.0 * 2 ** ((note - 69) / 12)
