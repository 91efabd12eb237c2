"""What a dancer is told of a song, frame by frame."""

import numpy as np
import pytest

from footlights.music.rhythm import (
    CHANNELS,
    beat_count,
    dancer_beats,
    energy_of,
    fold_tempo,
    normalise_locally,
    rhythm,
)
from songs import grid, kit, scattered


def test_the_channels_are_what_they_say() -> None:
    music = kit(grid(110, 40), 40)
    channels = rhythm(music, 30.0)
    assert (
        channels.shape == (1200, 6) == (1200, len(CHANNELS))
        and channels.dtype == np.float32
        and np.isfinite(channels).all()
    )
    assert (channels[:, 0] == 1).all() and np.allclose(channels[:, 5], 0, atol=0.01)
    assert np.allclose(np.hypot(channels[:, 1], channels[:, 2]), 1, atol=1e-5)
    on_beat = np.round(music.beats[1:-1] * 30).astype(int)
    assert channels[on_beat, 2].min() > 0.85 and np.abs(channels[on_beat, 1].mean()) < 0.1
    assert -2.5 < channels[:, 3].mean() < 0 and channels[30:-30, 3].std() < 0.2
    assert (
        channels[:, 4].max() <= 4
        and channels[on_beat, 4].mean() > 0.5
        and 0.4 < channels[:, 4].std() < 0.8
    )


@pytest.mark.parametrize("fps", [15.0, 30.0, 60.0])
def test_any_frame_rate_tells_the_same(fps: float) -> None:
    music = kit(grid(100, 20), 20)
    fine, coarse = rhythm(music, 120.0), rhythm(music, fps)
    assert len(coarse) == round(20 * fps)
    assert np.allclose(coarse, fine[:: round(120 / fps)][: len(coarse)], atol=1e-4)


def test_frames_may_be_fewer_or_more_than_the_song_has() -> None:
    music = kit(grid(100, 10), 10)
    whole = rhythm(music, 30.0)
    assert np.array_equal(rhythm(music, 30.0, frames=50), whole[:50])
    longer = rhythm(music, 30.0, frames=400)
    assert np.array_equal(longer[: len(whole)], whole) and np.isfinite(longer).all()


def test_a_song_without_a_beat_says_unknown_and_still_has_energy_and_onsets() -> None:
    channels = rhythm(scattered(0), 30.0)
    assert (
        not channels[:, [0, 1, 2, 5]].any()
        and np.isfinite(channels[:, 3]).all()
        and channels[:, 4].std() > 0.3
    )


def test_beats_are_counted_at_a_pace_to_dance_to() -> None:
    beats = np.arange(40) * 60 / 170
    tempo, every_second = fold_tempo(170.0, beats)
    assert tempo == 85 and np.array_equal(every_second, beats[::2])
    assert np.array_equal(fold_tempo(170.0, beats, beats[1::4])[1], beats[1::2])
    tempo, halves = fold_tempo(60.0, np.arange(10.0))
    assert tempo == 120 and np.allclose(halves, np.arange(0, 9.5, 0.5))
    assert fold_tempo(110.0, beats)[0] == 110


def test_what_goes_in_threes_is_never_counted_in_halves() -> None:
    bars, beats = np.arange(12.0), np.arange(0, 11.1, 1 / 3)
    heard_by_bars = fold_tempo(60.0, bars, division=3)
    heard_by_beats = fold_tempo(180.0, beats, bars)
    for tempo, counted in (heard_by_bars, heard_by_beats):
        assert tempo == 180 and np.allclose(counted, beats)

    # Nearer to walking by its bars; they begin where the downbeats are.
    tempo, counted = fold_tempo(200.0, 0.9 * beats, 0.9 * beats[1::3])
    assert abs(tempo - 200 / 3) < 1e-9 and np.array_equal(counted, 0.9 * beats[1::3])
    assert fold_tempo(66.0, bars, division=3)[0] == 66
    # Dotted beats at a walk are danced to as they are, and bars of three slow beats by halves.
    assert fold_tempo(80.0, bars, division=3)[0] == 80
    assert fold_tempo(70.0, bars, bars[::3])[0] == 140


def test_a_dancer_counts_a_fast_song_on_every_second_beat_and_one_without_a_beat_not_at_all() -> (
    None
):
    music = kit(grid(170, 30), 30)
    tempo, beats = dancer_beats(music)
    assert 76 <= tempo <= 152 and np.allclose(np.diff(beats), 60 / tempo, atol=0.02)
    tempo, beats = dancer_beats(scattered(0))
    assert np.isnan(tempo) and not len(beats)


def test_the_count_runs_on_beyond_the_first_and_last_beat() -> None:
    beats = 2 + 0.5 * np.arange(20)
    assert np.allclose(beat_count(beats, np.array([0.0, 2.0, 2.25, 12.0])), [-4, 0, 0.5, 20])


RATE = 86.0  # values of loudness a second


def test_loud_passages_are_energy_and_quiet_ones_are_not() -> None:
    energy = energy_of(np.repeat([-25.0, -10.0], 2000), RATE)
    assert energy[:1500].mean() < -0.5 and energy[-1500:].mean() > 0.25


def test_a_quiet_song_is_calm_and_as_even_as_a_loud_one() -> None:
    wave = 3 * np.sin(np.arange(6000) * 2 * np.pi / (8 * RATE))
    loud, quiet = (energy_of(level + wave, RATE) for level in (-12.0, -28.0))
    assert np.allclose(loud - quiet, 16 / 18, atol=0.02)
    assert loud.max() - loud.min() < 0.8, "three decibels stop nobody"


def test_only_silence_stills() -> None:
    silent = np.full(4000, -20.0)
    silent[1500:2500] = -80.0
    energy = energy_of(silent, RATE)
    assert energy[2000] < -2 and energy[:1000].min() > -0.6
    # A breath between two phrases is no silence, a dip of six decibels less so.
    breath = np.full(4000, -20.0)
    breath[2000:2030] = -80.0
    assert energy_of(breath, RATE).min() > -1.2


def test_accents_stand_out_of_their_bar() -> None:
    level = np.full(4000, -20.0)
    level[2000:2060] = -14.0
    energy = energy_of(level, RATE)
    assert energy[2030] - energy[1000] > 0.25


def test_a_flat_curve_has_no_onsets() -> None:
    assert np.allclose(normalise_locally(np.ones(300), 30.0), 0, atol=1e-5)
