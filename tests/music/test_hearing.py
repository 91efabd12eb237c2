"""Songs in which beats are hard to hear: waltzes, 6/8, changes of tempo, pads, loud off-beats."""

import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from footlights.music import Music
from footlights.music.rhythm import dancer_beats

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
from hearing import f_measure, heard
from hearing_songs import RATE, Song, songs


@cache
def all_songs() -> dict[str, Song]:
    return {song.name: song for song in songs()}


def made(name: str) -> Song:
    """One of the benchmark's songs."""
    return all_songs()[name]


@pytest.mark.parametrize(
    "name",
    [
        "loud off-beat 122",
        "mid-beat cut 125",
        "waltz 180",
        "six eight 80",
        "step to 120 100",
        "step to 96 140",
        "to 1.4 100",
        "ambient intro 110",
        "salsa bell 190",
    ],
)
def test_beats_by_construction_are_heard(name: str) -> None:
    assert heard(made(name)).f_measure > 0.9


def test_beats_that_may_lie_elsewhere_are_not_trusted_wholly() -> None:
    assert heard(made("clave 150")).trust < 0.5
    assert Music(made("clave 150").samples).beat_rival in (0.25, 0.5, 0.75)
    assert Music(made("house 100").samples).beat_rival is None


def test_a_fast_waltz_is_danced_on_its_beats_or_bars_and_never_across_them() -> None:
    for name, level in (("waltz 180", "beat"), ("waltz 196", "bar"), ("six eight 80", "beat")):
        song = made(name)
        assert f_measure(dancer_beats(Music(song.samples))[1], song.levels[level]) > 0.9


def test_no_beats_are_heard_before_there_are_any() -> None:
    song = made("ambient intro 128")
    assert Music(song.samples).beats[0] > song.beats[0] - 0.1


def test_a_quiet_beginning_of_sparse_notes_on_the_beat_keeps_its_beats() -> None:
    song, rng = made("ambient intro 110"), np.random.default_rng(0)
    samples, first = song.samples.copy(), round(song.beats[0] * RATE)
    samples[:first] = rng.normal(0, 1e-5, first)
    # A quarter of the beats, each a little beside and of another sound: nothing of it echoes.
    time = np.arange(RATE // 4)
    for beat in (6, 7, 10, 12, 15, 21):
        tone = np.sin(time * rng.uniform(0.02, 1)) * np.exp(-time / rng.uniform(300, 3000))
        start = first + round((rng.normal(0, 0.012) - beat * 60 / 110) * RATE)
        samples[start : start + len(tone)] += (0.02 * rng.uniform(0.2, 1) * tone).astype("f4")
    assert Music(samples).beats[0] < song.beats[0] - 19 * 60 / 110


def test_the_tempo_is_that_of_the_beats() -> None:
    for name in ("live 108", "step to 120 100", "step to 132 92"):
        assert heard(made(name)).tempo_is_of_beats


def test_beats_beside_a_jump_of_the_tempo_are_not_steadied_across_it() -> None:
    song = made("step to 132 92")
    beats = Music(song.samples).beats
    assert max(np.abs(beats - time).min() for time in song.beats) < 0.07


def test_other_seeds_make_other_songs_of_the_same_kinds() -> None:
    moved, again = next(songs(1)), next(songs(1))
    assert moved.kind == made("house 100").kind and moved.name != "house 100"
    assert np.array_equal(moved.samples, again.samples)


def test_the_measure_of_the_benchmark_counts_each_beat_once() -> None:
    true = np.arange(1.0, 11.0)
    assert f_measure(true + 0.06, true) == 1.0
    assert f_measure(true + 0.08, true) == 0.0
    assert abs(f_measure(np.sort(np.concatenate([true, true + 0.5])), true) - 2 / 3) < 1e-9
