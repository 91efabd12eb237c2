"""Compose the bundled song, "Opening Night": drums, bass, chords and a hook, from numbers alone.

    python tools/compose_song.py [FOLDER]

writes ``song.ogg``, ``song.json`` (its exact beats) and ``song.md`` (its card) into FOLDER
(default: the package's assets). Every sample follows from this file and one seed; the song is
dedicated to the public (CC0 1.0).
"""

import json
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np

RATE = 44100
BPM = 116.0
BEAT = 60 / BPM
FIRST_BEAT = 0.2
SEED = 8
SWING = 0.12  # of a sixteenth, by which every second sixteenth is late
BARS = 30
TAIL = 1.8
SECTIONS = (
    ("intro", 0),
    ("groove", 4),
    ("lift", 12),
    ("break", 14),
    ("build", 18),
    ("drop", 20),
    ("outro", 28),
)
LENGTH = round((FIRST_BEAT + BARS * 4 * BEAT + TAIL) * RATE)

# Chords by bar as MIDI notes, bass root first. The round IV-V-iii-vi carries the song; the break
# moves ii-iii-IV-V.
ROUND = ((41, 57, 60, 64, 67), (43, 55, 59, 62, 69), (40, 55, 59, 62, 67), (45, 55, 60, 64, 67))
BREAK = ((38, 57, 60, 65, 64), (40, 55, 59, 62, 67), (41, 57, 60, 64, 69), (43, 57, 60, 62, 67))
BUILD = ((38, 57, 60, 65, 69), (43, 57, 60, 65, 67))
LAST = (55, 60, 64, 71, 74)
# The hook: (beat of the phrase, beats long, MIDI note) over the four bars of the round, and its
# answer.
HOOK = (
    (0, 0.5, 76), (0.75, 0.25, 79), (1.5, 0.5, 81), (2.25, 0.25, 79), (2.5, 0.75, 76), (3.5, 0.5, 74),
    (4, 0.75, 74), (4.75, 0.25, 76), (5.5, 0.5, 79), (6.25, 0.25, 76), (6.5, 1.0, 74),
    (8, 0.5, 76), (8.75, 0.25, 79), (9.5, 0.5, 83), (10.25, 0.25, 81), (10.5, 0.75, 79), (11.5, 0.5, 76),
    (12, 0.75, 81), (13, 0.5, 79), (13.75, 0.25, 76), (14.5, 0.5, 74), (15.25, 0.25, 72), (15.5, 0.5, 74),
)  # fmt: skip
ANSWER = (
    (0, 0.5, 76), (0.75, 0.25, 79), (1.5, 0.5, 84), (2.25, 0.25, 83), (2.5, 0.75, 79), (3.5, 0.5, 76),
    (4, 0.5, 74), (4.75, 0.25, 79), (5.5, 0.5, 83), (6.5, 1.25, 86),
    (8, 0.5, 88), (8.75, 0.25, 86), (9.5, 0.5, 83), (10.25, 0.25, 81), (10.5, 0.75, 79), (11.5, 0.5, 83),
    (12, 1.0, 84), (13.5, 0.5, 83), (14, 0.5, 79), (14.75, 0.25, 76), (15.25, 0.25, 79), (15.5, 0.5, 81),
)  # fmt: skip
# Sixteenths of the bass in a bar: (sixteenth, sixteenths long, semitones above the root; None walks
# to the next root).
BASS = (
    (0, 2, 0),
    (3, 1, 12),
    (6, 1, 0),
    (7, 1, 12),
    (8, 2, 0),
    (11, 1, 12),
    (12, 1, 7),
    (14, 1, 12),
    (15, 1, None),
)
BASS_DROP = (
    (0, 2, 0),
    (2, 1, 12),
    (3, 1, 0),
    (6, 2, 12),
    (8, 1, 0),
    (10, 1, 12),
    (11, 1, 0),
    (13, 1, 7),
    (14, 1, 12),
    (15, 1, None),
)
STABS = (2, 5, 7, 10, 13)
KEYS = ((0, 1.25), (1.75, 0.5), (2.75, 0.75))


def seconds(beat: float) -> float:
    """Time of a beat counted from the first; every second sixteenth comes late by the swing."""
    late = SWING / 4 if round(beat * 4) % 2 and abs(beat * 4 - round(beat * 4)) < 1e-6 else 0.0
    return FIRST_BEAT + (beat + late) * BEAT


def hertz(note: float) -> float:
    return 440.0 * 2 ** ((note - 69) / 12)


def clock(length: float) -> np.ndarray:
    return np.arange(round(length * RATE)) / RATE


def gate(time: np.ndarray, length: float, attack: float, release: float) -> np.ndarray:
    """Amplitude that rises in ``attack``, holds until ``length`` and falls in ``release`` seconds."""
    return np.clip(time / attack, 0, 1) * np.exp(-np.maximum(time - length, 0) / release)


# Instruments: each gives (N,) or (N, 2) samples of one note or stroke.


def partials(
    frequency: float, time: np.ndarray, cutoff: np.ndarray, odd: bool, most: int = 30
) -> np.ndarray:
    """A saw (or square, ``odd``) through a falling low-pass, as a sum of sines."""
    wave = np.zeros_like(time)
    for k in range(1, min(most, int(16000 / frequency)) + 1, 2 if odd else 1):
        gain = 1 / (k * np.sqrt(1 + (k * frequency / cutoff) ** 4))
        wave += gain * np.sin(2 * np.pi * k * frequency * time + 0.3 * k * k)
    return wave


@cache
def bass_note(note: int, length: float) -> np.ndarray:
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
    return (
        (np.sin(2 * np.pi * f * time + bend) + bell)
        * np.exp(-time / 0.9)
        * gate(time, length, 0.003, 0.12)
    )


@cache
def stab_note(note: int, brightness: float) -> np.ndarray:
    time = clock(0.16)
    cutoff = 500 + brightness * np.exp(-time / 0.05)
    return partials(hertz(note), time, cutoff, odd=False, most=24) * gate(time, 0.05, 0.002, 0.025)


@cache
def pad_note(note: int, length: float, side: int) -> np.ndarray:
    time = clock(length + 0.6)
    cutoff = 500 + 900 * (1 - np.cos(2 * np.pi * np.minimum(time / length, 1))) / 2
    waves = [
        partials(hertz(note + cents / 100), time, cutoff, odd=False, most=10)
        for cents in (-7 * side, 4 * side)
    ]
    return sum(waves) * gate(time, length, 0.25, 0.25)


@cache
def lead_note(note: int, length: float) -> np.ndarray:
    time = clock(length + 0.15)
    cutoff = 900 + 3500 * np.exp(-time / 0.12)
    sway = 0.004 * np.clip(time / 0.3, 0, 1) * np.sin(2 * np.pi * 5.5 * time) / (2 * np.pi * 5.5)
    voices = [
        partials(hertz(note + cents / 100), time + sway, cutoff, odd=True, most=20)
        for cents in (-5, 6)
    ]
    return sum(voices) * gate(time, length * 0.9, 0.006, 0.05)


def kick() -> np.ndarray:
    time = clock(0.32)
    fall = 47 * time + 3.6 * (1 - np.exp(-time / 0.028))
    click = np.exp(-time / 0.002) * np.sin(2 * np.pi * 1800 * time)
    return np.tanh(1.8 * (np.sin(2 * np.pi * fall) * np.exp(-time / 0.12) + 0.25 * click)) * gate(
        time, 0.25, 0.001, 0.03
    )


def noise(rng: np.random.Generator, length: float, low: float, high: float) -> np.ndarray:
    """Noise between two frequencies, at unit spread."""
    count = round(length * RATE)
    spectrum = np.fft.rfft(rng.normal(size=count))
    f = np.fft.rfftfreq(count, 1 / RATE)
    wave = np.fft.irfft(
        spectrum / np.sqrt((1 + (low / np.maximum(f, 1)) ** 6) * (1 + (f / high) ** 6)), count
    )
    return wave / wave.std()


def clap(rng: np.random.Generator) -> np.ndarray:
    time = clock(0.3)
    hands = sum(
        np.exp(-np.maximum(time - at, 0) / 0.008) * (time >= at) for at in (0.0, 0.011, 0.021)
    )
    room = 0.6 * np.exp(-np.maximum(time - 0.021, 0) / 0.07) * (time >= 0.021)
    body = 0.5 * np.sin(2 * np.pi * 185 * time) * np.exp(-time / 0.05)
    return 0.45 * noise(rng, 0.3, 900, 4500) * (hands + room) / 1.6 + body


def snare(rng: np.random.Generator) -> np.ndarray:
    time = clock(0.2)
    skin = np.sin(2 * np.pi * (180 * time + 0.8 * (1 - np.exp(-time / 0.02)))) * np.exp(
        -time / 0.06
    )
    return 0.7 * skin + 0.35 * noise(rng, 0.2, 1500, 9000) * np.exp(-time / 0.07)


def hat(rng: np.random.Generator, ring: float) -> np.ndarray:
    time = clock(0.05 + 4 * ring)
    return (
        0.3
        * noise(rng, len(time) / RATE, 7000, 15000)
        * np.exp(-time / ring)
        * gate(time, 1, 0.001, 1)
    )


def tom(note: int) -> np.ndarray:
    time, f = clock(0.4), hertz(note)
    return (
        np.sin(2 * np.pi * (f * time + 1.2 * (1 - np.exp(-time / 0.04))))
        * np.exp(-time / 0.13)
        * gate(time, 0.3, 0.002, 0.05)
    )


# The band: tracks (LENGTH, 2) that notes are put on.


def put(track: np.ndarray, sound: np.ndarray, beat: float, gain: float, pan: float = 0.0) -> None:
    """Add ``sound`` at a beat; ``pan`` from -1 (left) to 1 (right), of equal power."""
    first = round(seconds(beat) * RATE)
    sound = sound[: max(0, len(track) - first)]
    angle = (pan + 1) * np.pi / 4
    track[first : first + len(sound), 0] += gain * np.sqrt(2) * np.cos(angle) * sound
    track[first : first + len(sound), 1] += gain * np.sqrt(2) * np.sin(angle) * sound


def section(bar: int) -> str:
    return [name for name, first in SECTIONS if bar >= first][-1]


def chord(bar: int) -> tuple[int, ...]:
    """The chord of a bar: the break and the build have their own, all else is the round."""
    if section(bar) == "break":
        return BREAK[bar - 14]
    if section(bar) == "build":
        return BUILD[bar - 18]
    return ROUND[bar % 4]


def kicks() -> Iterator[tuple[float, float]]:
    """(beat, gain) of every kick."""
    for bar in range(BARS):
        part = section(bar)
        if part == "break" or (part == "intro" and bar < 2):
            continue
        count = 3 if bar in (13, 19) else 4  # a held breath before the break and before the drop
        yield from ((4 * bar + k, 1.0) for k in range(count))
        if part in ("groove", "drop") and bar % 4 == 3:
            yield 4 * bar + 3.75, 0.7
        if part == "drop" and bar % 2:
            yield 4 * bar + 1.75, 0.6
    yield 4 * BARS, 1.0


def drums(rng: np.random.Generator) -> np.ndarray:
    """Claps on two and four, hats that swing, fills at the ends of phrases."""
    track = np.zeros((LENGTH, 2))
    for bar in range(BARS):
        part, at = section(bar), 4.0 * bar
        if part in ("groove", "drop", "outro") or bar == 12:
            for back in (1, 3):
                put(track, clap(rng), at + back, 0.62)
        if part == "break":
            for back in (1, 3):
                put(track, hat(rng, 0.02), at + back, 0.5, 0.3)
                put(track, clap(rng), at + back, 0.16, -0.3)
        for step in range(16):
            if part == "break" or (bar in (13, 19) and step >= 12):
                continue
            strength = (1.0, 0.35, 0.6, 0.45)[step % 4] * rng.uniform(0.85, 1.1)
            if part == "intro" and bar < 1 and step % 2:
                continue
            put(track, hat(rng, 0.018), at + step / 4, 0.4 * strength, 0.35)
            if step % 4 == 2 and part in ("groove", "lift", "drop"):
                put(track, hat(rng, 0.09), at + step / 4, 0.38, -0.25)
        if bar in (7, 11, 23, 27):
            for i, note in enumerate((50, 50, 47, 43)):
                put(track, tom(note), at + 3 + i / 4, 0.55, 0.6 - 0.4 * i)
        if bar in (7, 23):
            put(track, snare(rng), at + 3.75, 0.4)
    rolls(track, rng)
    return track


def rolls(track: np.ndarray, rng: np.random.Generator) -> None:
    """Snares that thicken and rise through the lift and the build, and crashes where a section
    opens.
    """
    for first, last in ((48, 55), (72, 79)):
        beat, step = float(first), 1.0
        while beat < last:
            share = (beat - first) / (last - first)
            step = 1.0 if share < 0.3 else 0.5 if share < 0.6 else 0.25
            put(track, snare(rng), beat, 0.12 + 0.3 * share, 0.2 * np.sin(7 * beat))
            beat += step
    for bar in (4, 8, 14, 20, 24, 30):
        time = clock(2.4)
        crash = noise(rng, 2.4, 3500, 14000) * np.exp(-time / 0.6) * gate(time, 3, 0.002, 1)
        put(track, crash, 4 * bar, 0.11, -0.2)


def riser(rng: np.random.Generator) -> np.ndarray:
    """Rushing noise that opens towards the break and towards the drop."""
    track = np.zeros((LENGTH, 2))
    for first, beats in ((48, 7), (72, 7)):
        time = clock(beats * BEAT)
        share = time / time[-1]
        dark, bright = noise(rng, beats * BEAT, 300, 1500), noise(rng, beats * BEAT, 2500, 9000)
        put(track, ((1 - share) * dark + share * bright) * share**2, first, 0.16)
    return track


def bass() -> np.ndarray:
    track = np.zeros((LENGTH, 2))
    for bar in range(BARS):
        part, root, target = section(bar), chord(bar)[0], chord((bar + 1) % BARS)[0]
        if part == "intro":
            continue
        if part == "break":
            put(track, bass_note(root, 3.5 * BEAT), 4 * bar, 0.14)
            continue
        if part in ("lift", "build"):
            steps = [(s, 1, 0 if s % 4 else 12) for s in range(0, 12 if bar in (13, 19) else 16, 2)]
        else:
            steps = list(BASS_DROP if part == "drop" else BASS)
        for step, length, above in steps:
            walk = target + (-1 if target > root else 1) if above is None else root + above
            put(
                track,
                bass_note(walk, length * BEAT / 4),
                4 * bar + step / 4,
                0.30 if above != 12 else 0.22,
            )
    put(track, bass_note(36, 1.2), 4 * BARS, 0.34)
    return track


def chords() -> tuple[np.ndarray, np.ndarray]:
    """Keys and stabs on one track, pads on the other."""
    dry, wide = np.zeros((LENGTH, 2)), np.zeros((LENGTH, 2))
    for bar in range(BARS):
        part, notes = section(bar), chord(bar)[1:]
        strokes = ((0, 3.5),) if part in ("break", "lift", "build") else KEYS
        for at, length in strokes:
            for i, note in enumerate(notes):
                put(
                    dry,
                    key_note(note, length * BEAT),
                    4 * bar + at + 0.008 * i,
                    0.075,
                    0.5 * (i / 1.5 - 1),
                )
        if part in ("groove", "drop", "outro"):
            for step in STABS if bar % 2 else STABS[:4]:
                for i, note in enumerate(notes[1:]):
                    put(
                        dry,
                        stab_note(note + 12, 2500 if part == "groove" else 4000),
                        4 * bar + step / 4,
                        0.045,
                        (-1) ** i * 0.7,
                    )
        if part in ("break", "build", "lift", "drop"):
            for note in notes:
                for side in (-1, 1):
                    put(
                        wide,
                        pad_note(note, 4 * BEAT, side),
                        4 * bar,
                        0.022 if part == "drop" else 0.026,
                        0.8 * side,
                    )
    for i, note in enumerate(LAST):
        put(dry, key_note(note, 1.4), 4 * BARS + 0.01 * i, 0.1, 0.3 * (i - 2))
    return dry, wide


def lead() -> np.ndarray:
    """The hook: hinted at in the groove, alone in the break, in two voices in the drop."""
    track = np.zeros((LENGTH, 2))
    for first, phrase, gain in (
        (8, HOOK, 0.075),
        (14, HOOK[:11], 0.05),
        (20, HOOK, 0.10),
        (24, ANSWER, 0.10),
    ):
        for at, length, note in phrase:
            put(track, lead_note(note, length * BEAT), 4 * first + at, gain, -0.1)
            if first >= 20:
                put(track, lead_note(note - 12, length * BEAT), 4 * first + at, 0.5 * gain, 0.25)
    return track


# The desk.


def ducked(track: np.ndarray, depth: float) -> np.ndarray:
    """Make room for every kick: the level drops at once and swells back before the next beat."""
    level = np.ones(LENGTH)
    swell = 1 - depth * np.exp(-clock(BEAT) / 0.13)
    for beat, _ in kicks():
        first = round(seconds(beat) * RATE)
        part = level[first : first + len(swell)]
        np.minimum(part, swell[: len(part)], out=part)
    return track * level[:, None]


def convolved(track: np.ndarray, answer: np.ndarray) -> np.ndarray:
    size = 1 << (len(track) + len(answer)).bit_length()
    spectrum = np.fft.rfft(track, size, axis=0) * np.fft.rfft(answer, size, axis=0)
    return np.fft.irfft(spectrum, size, axis=0)[: len(track)]


def room(rng: np.random.Generator) -> np.ndarray:
    """A hall's answer, both ears: decaying noise, darker as it goes."""
    time = clock(1.4)
    ears = [
        noise(rng, 1.4, 250, 5000) * np.exp(-time / 0.32) * np.clip(time / 0.015, 0, 1)
        for _ in range(2)
    ]
    answer = np.stack(ears, axis=1)
    return answer / np.sqrt((answer**2).sum(axis=0))


def echoes() -> np.ndarray:
    """Dotted eighths, from one ear to the other."""
    answer = np.zeros((round(3 * BEAT * RATE), 2))
    for k in range(1, 4):
        answer[min(round(k * 0.75 * BEAT * RATE), len(answer) - 1), k % 2] = 0.4**k
    return answer


def brightened(track: np.ndarray, amount: float) -> np.ndarray:
    """A gentle shelf: everything above about 2 kHz louder by ``amount``."""
    size = 1 << len(track).bit_length()
    f = np.fft.rfftfreq(size, 1 / RATE) / 1500
    shelf = np.sqrt((1 + (amount * f) ** 2) / (1 + f**2))
    return np.fft.irfft(np.fft.rfft(track, size, axis=0) * shelf[:, None], size, axis=0)[
        : len(track)
    ]


def mixed() -> np.ndarray:
    """(LENGTH, 2) float64 in [-1, 1]: the whole song."""
    rng = np.random.default_rng(SEED)
    beat_track = np.zeros((LENGTH, 2))
    for beat, gain in kicks():
        put(beat_track, kick(), beat, 0.62 * gain)
    perc, rush = drums(rng), riser(rng)
    dry, wide = chords()
    tune = lead()
    tune = tune + convolved(tune, echoes())
    hall = convolved(0.25 * perc + 0.9 * dry + 0.6 * wide + 0.8 * tune, room(rng))
    music = (
        ducked(0.9 * bass(), 0.65)
        + ducked(1.5 * dry + 1.6 * wide + 0.5 * hall, 0.55)
        + ducked(1.2 * tune, 0.3)
    )
    whole = beat_track + brightened(0.85 * perc + 0.8 * rush + music, 1.8)
    whole = np.tanh(1.25 * whole)
    fade = np.clip((LENGTH - np.arange(LENGTH)) / (0.6 * RATE), 0, 1)
    return 0.82 * whole * fade[:, None] / np.abs(whole).max()


def facts() -> dict[str, object]:
    """What is exactly true of the song: the score's own times in seconds."""
    beats = [round(seconds(b), 6) for b in range(4 * BARS + 1)]
    return {
        "title": "Opening Night",
        "licence": "CC0-1.0",
        "bpm": BPM,
        "metre": 4,
        "seconds": round(LENGTH / RATE, 6),
        "beats": beats,
        "downbeats": beats[::4],
        "sections": {name: round(seconds(4 * bar), 6) for name, bar in SECTIONS},
    }


CARD = """# song.ogg: "Opening Night"

A minute to dance to: {bpm:g} beats a minute, 4/4, {seconds:.1f} s, C major over the round F-G-Em-Am.
Intro, groove, lift, break, build, drop, outro; drums, bass, keys, stabs, pads and a hook.

- Made by `python tools/compose_song.py`: synthesised from numbers, no recording and no sample of anyone's.
- Beats, downbeats and section times in `song.json` are the score's own, exact to the sample.
- One seed: every run gives the same samples; the encoded file may differ in a stream number.
- Licence: CC0 1.0 (public domain dedication). Use it for anything.
"""


def write(folder: Path) -> None:
    import soundfile

    samples = mixed()
    truth = facts()
    with soundfile.SoundFile(
        folder / "song.ogg", "w", RATE, 2, "VORBIS", format="OGG", compression_level=0.68
    ) as file:
        for first in range(0, LENGTH, RATE):
            file.write(samples[first : first + RATE])
    (folder / "song.json").write_text(json.dumps(truth, indent=1) + "\n")
    (folder / "song.md").write_text(CARD.format(**truth))


if __name__ == "__main__":
    write(
        Path(sys.argv[1])
        if len(sys.argv) > 1
        else Path(__file__).parents[1] / "src" / "footlights" / "assets"
    )
