"""The score of "Opening Night": its form, chords, hook and bass, in beats and MIDI notes."""

from collections.abc import Iterator

RATE = 44100  # Hz
BPM = 116.0
BEAT = 60 / BPM  # seconds
FIRST_BEAT = 0.2  # seconds
SWING = 0.12  # of a sixteenth, by which every second sixteenth is late
BARS = 30
TAIL = 1.8  # seconds after the last bar
# Names and first bars.
SECTIONS = (
    ("intro", 0),
    ("groove", 4),
    ("lift", 12),
    ("break", 14),
    ("build", 18),
    ("drop", 20),
    ("outro", 28),
)
BREAK_BAR, BUILD_BAR = dict(SECTIONS)["break"], dict(SECTIONS)["build"]
LENGTH = round((FIRST_BEAT + BARS * 4 * BEAT + TAIL) * RATE)  # samples

# Chords by bar as MIDI notes, bass root first. The round IV-V-iii-vi carries the song; the break
# moves ii-iii-IV-V.
ROUND = ((41, 57, 60, 64, 67), (43, 55, 59, 62, 69), (40, 55, 59, 62, 67), (45, 55, 60, 64, 67))
BREAK = ((38, 57, 60, 65, 64), (40, 55, 59, 62, 67), (41, 57, 60, 64, 69), (43, 57, 60, 62, 67))
BUILD = ((38, 57, 60, 65, 69), (43, 57, 60, 65, 67))
LAST = (55, 60, 64, 71, 74)

# The hook: (beat of the phrase, beats long, MIDI note) over the four bars of the round, and its
# answer.
HOOK = (
    *((0, 0.5, 76), (0.75, 0.25, 79), (1.5, 0.5, 81), (2.25, 0.25, 79), (2.5, 0.75, 76)),
    *((3.5, 0.5, 74), (4, 0.75, 74), (4.75, 0.25, 76), (5.5, 0.5, 79), (6.25, 0.25, 76)),
    *((6.5, 1.0, 74), (8, 0.5, 76), (8.75, 0.25, 79), (9.5, 0.5, 83), (10.25, 0.25, 81)),
    *((10.5, 0.75, 79), (11.5, 0.5, 76), (12, 0.75, 81), (13, 0.5, 79), (13.75, 0.25, 76)),
    *((14.5, 0.5, 74), (15.25, 0.25, 72), (15.5, 0.5, 74)),
)
HINT = HOOK[:11]  # its first two bars
ANSWER = (
    *((0, 0.5, 76), (0.75, 0.25, 79), (1.5, 0.5, 84), (2.25, 0.25, 83), (2.5, 0.75, 79)),
    *((3.5, 0.5, 76), (4, 0.5, 74), (4.75, 0.25, 79), (5.5, 0.5, 83), (6.5, 1.25, 86)),
    *((8, 0.5, 88), (8.75, 0.25, 86), (9.5, 0.5, 83), (10.25, 0.25, 81), (10.5, 0.75, 79)),
    *((11.5, 0.5, 83), (12, 1.0, 84), (13.5, 0.5, 83), (14, 0.5, 79), (14.75, 0.25, 76)),
    *((15.25, 0.25, 79), (15.5, 0.5, 81)),
)

# Sixteenths of the bass in a bar: (sixteenth, sixteenths long, semitones above the root; None walks
# to the next root).
BASS = (
    *((0, 2, 0), (3, 1, 12), (6, 1, 0), (7, 1, 12)),
    *((8, 2, 0), (11, 1, 12), (12, 1, 7), (14, 1, 12), (15, 1, None)),
)
BASS_DROP = (
    *((0, 2, 0), (2, 1, 12), (3, 1, 0), (6, 2, 12)),
    *((8, 1, 0), (10, 1, 12), (11, 1, 0), (13, 1, 7), (14, 1, 12), (15, 1, None)),
)
STABS = (2, 5, 7, 10, 13)  # sixteenths
KEYS = ((0, 1.25), (1.75, 0.5), (2.75, 0.75))  # beats: when, and how long
BREATHS = (13, 19)  # bars that hold their breath: before the break and before the drop


def seconds(beat: float) -> float:
    """Time of a beat counted from the first; every second sixteenth comes late by the swing."""
    late = SWING / 4 if round(beat * 4) % 2 and abs(beat * 4 - round(beat * 4)) < 1e-6 else 0.0
    return FIRST_BEAT + (beat + late) * BEAT


def section(bar: int) -> str:
    """The name of the section that a bar lies in."""
    return [name for name, first in SECTIONS if bar >= first][-1]


def chord(bar: int) -> tuple[int, ...]:
    """The chord of a bar: the break and the build have their own, all else is the round."""
    if section(bar) == "break":
        return BREAK[bar - BREAK_BAR]
    if section(bar) == "build":
        return BUILD[bar - BUILD_BAR]
    return ROUND[bar % 4]


def kicks() -> Iterator[tuple[float, float]]:
    """(beat, gain) of every kick."""
    for bar in range(BARS):
        part = section(bar)
        if part == "break" or (part == "intro" and bar < 2):
            continue
        count = 3 if bar in BREATHS else 4
        yield from ((4 * bar + k, 1.0) for k in range(count))
        if part in ("groove", "drop") and bar % 4 == 3:
            yield 4 * bar + 3.75, 0.7
        if part == "drop" and bar % 2:
            yield 4 * bar + 1.75, 0.6
    yield 4 * BARS, 1.0
