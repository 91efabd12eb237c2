"""The band: what each instrument plays, put on tracks (LENGTH, 2) by beats."""

import numpy as np

from song.instruments import (
    bass_note,
    clap,
    clock,
    gate,
    hat,
    key_note,
    lead_note,
    noise,
    pad_note,
    snare,
    stab_note,
    tom,
)
from song.score import (
    ANSWER,
    BARS,
    BASS,
    BASS_DROP,
    BEAT,
    BREATHS,
    HINT,
    HOOK,
    KEYS,
    LAST,
    LENGTH,
    RATE,
    STABS,
    chord,
    seconds,
    section,
)


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
            if part == "break" or (bar in BREATHS and step >= 12):
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
    """Snares that thicken through the lift and the build, and crashes where a section opens."""
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
    """Octaves and a walk in the groove, long notes in the break, eighths that press on."""
    track = np.zeros((LENGTH, 2))
    for bar in range(BARS):
        part, root, target = section(bar), chord(bar)[0], chord((bar + 1) % BARS)[0]
        if part == "intro":
            continue
        if part == "break":
            put(track, bass_note(root, 3.5 * BEAT), 4 * bar, 0.14)
            continue
        if part in ("lift", "build"):
            steps = [(s, 1, 0 if s % 4 else 12) for s in range(0, 12 if bar in BREATHS else 16, 2)]
        else:
            steps = list(BASS_DROP if part == "drop" else BASS)
        for step, length, above in steps:
            # The last sixteenth leads into the next root, a semitone from its side.
            leading = target + (-1 if target > root else 1)
            note = leading if above is None else root + above
            gain = 0.30 if above != 12 else 0.22
            put(track, bass_note(note, length * BEAT / 4), 4 * bar + step / 4, gain)
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
                beat, pan = 4 * bar + at + 0.008 * i, 0.5 * (i / 1.5 - 1)
                put(dry, key_note(note, length * BEAT), beat, 0.075, pan)
        if part in ("groove", "drop", "outro"):
            for step in STABS if bar % 2 else STABS[:4]:
                brightness = 2500 if part == "groove" else 4000
                for i, note in enumerate(notes[1:]):
                    stab = stab_note(note + 12, brightness)
                    put(dry, stab, 4 * bar + step / 4, 0.045, (-1) ** i * 0.7)
        if part in ("break", "build", "lift", "drop"):
            gain = 0.022 if part == "drop" else 0.026
            for note in notes:
                for side in (-1, 1):
                    put(wide, pad_note(note, 4 * BEAT, side), 4 * bar, gain, 0.8 * side)
    for i, note in enumerate(LAST):
        put(dry, key_note(note, 1.4), 4 * BARS + 0.01 * i, 0.1, 0.3 * (i - 2))
    return dry, wide


def lead() -> np.ndarray:
    """The hook: hinted at in the groove, alone in the break, in two voices in the drop."""
    track = np.zeros((LENGTH, 2))
    for first, phrase, gain in (
        (8, HOOK, 0.075),
        (14, HINT, 0.05),
        (20, HOOK, 0.10),
        (24, ANSWER, 0.10),
    ):
        for at, length, note in phrase:
            put(track, lead_note(note, length * BEAT), 4 * first + at, gain, -0.1)
            if first >= 20:
                put(track, lead_note(note - 12, length * BEAT), 4 * first + at, 0.5 * gain, 0.25)
    return track


def put(track: np.ndarray, sound: np.ndarray, beat: float, gain: float, pan: float = 0.0) -> None:
    """Add ``sound`` at a beat; ``pan`` from -1 (left) to 1 (right), of equal power."""
    first = round(seconds(beat) * RATE)
    sound = sound[: max(0, len(track) - first)]
    angle = (pan + 1) * np.pi / 4
    track[first : first + len(sound), 0] += gain * np.sqrt(2) * np.cos(angle) * sound
    track[first : first + len(sound), 1] += gain * np.sqrt(2) * np.sin(angle) * sound
