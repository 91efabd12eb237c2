"""Tempo, beats, bars: found where they are, and doubted where they are not."""

import json
import tracemalloc

import numpy as np
import pytest

from footlights.music import Music, bundled_song
from footlights.music.decode import RATE
from songs import clicks, grid, hat, kick, kit, scattered, snare, struck


def errors(tracked: np.ndarray, true: np.ndarray) -> np.ndarray:
    """Seconds from each true beat to the nearest tracked one, signed."""
    apart = tracked[:, None] - true
    return apart[np.argmin(np.abs(apart), axis=0), np.arange(len(true))]


def test_a_click_at_120_is_120_and_its_beats_are_its_clicks() -> None:
    music = clicks(120)
    assert abs(music.tempo - 120) < 0.05 and music.beat_trust > 0.9
    assert np.abs(errors(music.beats, np.arange(0.2, 29.8, 0.5))).max() < 0.008


@pytest.mark.parametrize("bpm", [84.3, 95, 110, 128, 137.77, 150])
def test_a_drum_kit_gives_its_tempo_and_its_kick_decides_which_half_is_the_beat(bpm: float) -> None:
    music = kit(grid(bpm), 30, off_beat=0.4)  # hats between the beats louder than all on them
    assert abs(music.tempo / bpm - 1) < 0.001
    assert np.abs(errors(music.beats, grid(bpm))).max() < 0.012


@pytest.mark.parametrize("bpm", [174, 190])
def test_a_fast_kit_is_heard_at_its_tempo_or_half(bpm: float) -> None:
    tempo = kit(grid(bpm), 30).tempo
    assert min(abs(tempo / bpm - 1), abs(2 * tempo / bpm - 1)) < 0.001


@pytest.mark.parametrize(
    "pace",
    [lambda t: 112 + t / 4, lambda t: 121 if t < 40 else 126, lambda t: 100 + 3 * np.sin(t / 3)],
)
def test_a_tempo_that_drifts_is_followed(pace) -> None:
    times = [0.3]
    while times[-1] < 59:
        times.append(times[-1] + 60 / pace(times[-1]))
    music = kit(np.array(times), 60)
    off = np.abs(errors(music.beats, np.array(times)))
    assert np.median(off) < 0.012 and np.mean(off < 0.05) > 0.97


@pytest.mark.parametrize(("bpm", "count"), [(97, 4), (126, 4), (140, 8), (88.5, 16)])
def test_a_short_loop_has_the_tempo_that_fits_it(bpm: float, count: int) -> None:
    seconds = count * 60 / bpm
    music = kit(np.arange(count) * 60 / bpm, seconds)
    assert abs(music.tempo / bpm - 1) < 0.002
    assert (
        len(music.beats) in (count - 1, count, count + 1)
        and music.beats.min() >= 0
        and music.beats.max() < seconds
    )


def test_a_short_piece_that_is_no_loop_keeps_its_own_tempo() -> None:
    music = kit(np.arange(0.1, 6.9, 0.5), 7.23)
    assert abs(music.tempo / 120 - 1) < 0.01
    assert np.abs(errors(music.beats, np.arange(0.6, 6.5, 0.5))).max() < 0.03


def test_what_keeps_no_beat_is_not_trusted() -> None:
    rng = np.random.default_rng(0)
    tone = np.sin(2 * np.pi * 220 * np.arange(30 * RATE) / RATE).astype(np.float32)
    noise = rng.normal(0, 0.1, 30 * RATE).astype(np.float32)
    for music in (Music(tone), Music(noise), scattered(0), scattered(1), Music(noise[: 5 * RATE])):
        assert music.beat_trust < 0.3
        assert np.isfinite(music.beats).all() and len(music.downbeats) <= len(music.beats)


def test_one_second_and_one_stroke_are_no_trouble() -> None:
    for samples in (
        struck(np.array([0.3]), [kick()], 1.0),
        struck(np.array([0.0, 0.5]), [kick()], 1.0),
    ):
        music = Music(samples)
        assert np.isnan(music.tempo) or 50 <= music.tempo <= 220
        assert np.isfinite(music.beats).all()


def test_the_bundled_song_is_heard_as_it_was_composed() -> None:
    truth = json.loads(bundled_song().with_suffix(".json").read_text())
    music = Music.load(bundled_song())
    beats, bars = np.array(truth["beats"]), np.array(truth["downbeats"])
    assert abs(music.tempo - truth["bpm"]) < 0.1 and abs(music.seconds - truth["seconds"]) < 0.01
    assert np.abs(errors(music.beats, beats)).max() < 0.02
    assert np.abs(errors(music.downbeats, bars)).max() < 0.02
    assert music.beat_trust > 0.9 and bundled_song().stat().st_size < 1_000_000


@pytest.mark.parametrize("metre", [3, 4])
def test_bars_begin_where_the_kick_falls(metre: int) -> None:
    beats = grid(118, 60)
    track = struck(beats[::metre], [1.2 * kick()], 60) + struck(beats, [hat(0.3)], 60)
    for k in range(1, metre):
        track = track + struck(beats[k::metre], [0.3 * snare()], 60)
    music = Music(track)
    downbeats = music.downbeats
    assert abs(len(music.beats) / len(downbeats) - metre) < 0.2
    assert np.abs(errors(downbeats, beats[metre:-metre:metre])).max() < 0.02


def test_bars_without_accents_are_left_open() -> None:
    assert not len(clicks(120).downbeats)


def test_level_changes_nothing() -> None:
    music = kit(grid(105), 30)
    quiet = Music(music.samples * np.float32(0.01))
    assert abs(quiet.tempo - music.tempo) < 0.01 and np.abs(quiet.beats - music.beats).max() < 0.002


def test_R4_memory_grows_with_the_song_only_by_its_curves() -> None:
    peaks = []
    for seconds in (60, 240):
        music = kit(grid(120, seconds), seconds)
        tracemalloc.start()
        assert len(music.beats) > seconds
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 4 * peaks[0] and peaks[1] < 60e6


def test_N1_the_same_song_has_the_same_beats() -> None:
    one, two = kit(grid(123), 30), kit(grid(123), 30)
    assert one.beats.tobytes() == two.beats.tobytes() and one.onset.tobytes() == two.onset.tobytes()


def test_a_song_shows_itself_in_one_line_and_its_tempo_once_it_is_known() -> None:
    music = clicks(120)
    assert repr(music) == "Music('music', 30.0 s)"
    assert music.tempo and repr(music) == "Music('music', 30.0 s, 120.0 bpm)"


def test_a_song_that_lets_go_of_its_samples_is_the_same_song():
    kept, light = (Music.load(bundled_song(), seconds=12.0) for _ in range(2))
    light.let_go_of_samples()
    assert "samples" not in vars(light)
    assert light.seconds == kept.seconds and np.array_equal(light.beats, kept.beats)
    assert np.array_equal(light.onset, kept.onset) and light.tempo == kept.tempo

    # Whoever asks has the file decoded again, the same part of it.
    assert np.array_equal(light.samples, kept.samples)
    memory = Music(kept.samples)
    memory.let_go_of_samples()
    assert memory.samples is kept.samples
    with pytest.raises(AttributeError, match="no attribute 'sample'"):
        _ = light.sample
