"""The feature sets of published models, held to the numbers that those models were trained on."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from footlights.basics.errors import FootlightsError
from footlights.music import Music, bundled_song
from footlights.music.published.features import SETS, estimate_start_tempo
from footlights.music.published.harmony import separate_harmonic_percussive, tuning
from footlights.music.published.mel import istft, mel_filters, mfcc, slope, stft
from footlights.music.published.pulse import published_tempo, tempogram

GOLDEN = Path(__file__).parents[1] / "golden"


@pytest.fixture(scope="module")
def song() -> Music:
    samples, rate = soundfile.read(GOLDEN / "gen_audio.wav", dtype="int16")
    return Music(samples.astype(np.float32) / 32768, rate)


@pytest.fixture(scope="module")
def golden() -> dict[str, np.ndarray]:
    return dict(np.load(GOLDEN / "gen_music.npz"))


def assert_as_published(name: str, rows: np.ndarray, published: np.ndarray) -> None:
    """Marks (peaks, beats) are exact; the rest within a thousandth of the published run."""
    assert rows.shape == published.shape and rows.dtype == np.float32
    column = 0
    for group, width in SETS[name].groups:
        part = slice(column, column + width)
        if group in ("beat", "onset_peak"):
            assert np.array_equal(rows[:, part], published[:, part]), group
        np.testing.assert_allclose(
            rows[:, part], published[:, part], rtol=1e-3, atol=1e-3, err_msg=group
        )
        column += width


def test_N6_fact35_is_the_published_one(song, golden) -> None:
    assert_as_published(
        "fact35",
        song.features("fact35", float(golden["fact_start_bpm"])),
        golden["feat35_fact_60fps"],
    )


def test_N6_bailando55_is_the_published_one(song, golden) -> None:
    rows = song.features("bailando55")
    assert_as_published(
        "bailando55",
        rows,
        np.hstack([golden["feat54_60fps"], golden["feat55_60fps_col54"][:, None]]),
    )


def test_N6_bailando438_is_the_published_one(golden) -> None:
    assert_as_published(
        "bailando438",
        Music(golden["audio_3840"], 3840).features("bailando438"),
        golden["feat438_7p5fps"],
    )


def test_N6_the_tempogram_at_60_rows_a_second_is_the_published_one(song, golden) -> None:
    rows = tempogram(song.features("bailando55")[:, 52]).T[::8]
    np.testing.assert_allclose(rows, golden["tempogram_60fps_every8"], atol=1e-3)


def test_N6_edge35_is_the_published_one_and_a_file_name_of_aist_sets_its_tempo() -> None:
    published = dict(np.load(GOLDEN / "edge_baseline35.npz"))
    samples, rate = published["wave_int16"].astype(np.float32) / 32768, int(published["sr"])
    music = Music(samples, rate)
    assert estimate_start_tempo(music.at_rate(22_050)) == pytest.approx(
        float(published["start_bpm"]), rel=1e-9
    )
    assert_as_published("edge35", music.features("edge35"), published["features"])
    named = Music(samples, rate, name="gBR_sBM_cAll_d04_mBR2_ch01").features("edge35")
    assert_as_published("edge35", named, published["features_named_mBR2"])


@pytest.mark.parametrize("name", SETS)
def test_a_song_file_gives_rows_at_the_sets_own_rate(name: str) -> None:
    music = Music.load(bundled_song(), start=10, seconds=6)
    rows, feature_set = music.features(name), SETS[name]
    assert rows.shape[1] == feature_set.width and abs(len(rows) - 6 * feature_set.fps) <= 1
    assert np.isfinite(rows).all() and music.features(name) is rows


def test_an_unknown_set_is_refused_with_the_known_ones() -> None:
    with pytest.raises(FootlightsError, match="fact35, edge35, bailando438, bailando55"):
        Music(np.ones(30000, np.float32)).features("jukebox")


def test_silence_and_a_single_tone_have_finite_features() -> None:
    tone = np.sin(2 * np.pi * 440 * np.arange(2 * 22050) / 22050).astype(np.float32)
    for samples in (tone, np.zeros_like(tone)):
        for name in SETS:
            assert np.isfinite(Music(samples).features(name)).all()


def test_the_spectrum_turns_back_into_the_sound() -> None:
    sound = np.random.default_rng(0).normal(0, 0.1, 20000).astype(np.float32)
    assert np.abs(istft(stft(sound), len(sound)) - sound).max() < 1e-6


def test_what_lasts_and_what_strikes_add_up_and_come_apart() -> None:
    rate = 15360
    time = np.arange(2 * rate) / rate
    tone = 0.3 * np.sin(2 * np.pi * 500 * time).astype(np.float32)
    strokes = np.zeros_like(tone)
    strokes[rate // 4 :: rate // 2] = 1
    lasting, striking = separate_harmonic_percussive(tone + strokes)
    assert np.abs(lasting + striking - tone - strokes).max() < 1e-5
    assert np.corrcoef(lasting, tone)[0, 1] > 0.98 and np.corrcoef(striking, strokes)[0, 1] > 0.8


@pytest.mark.parametrize("cents", [-10, 0, 10])
def test_the_tuning_of_a_chord_is_heard(cents: int) -> None:
    rate = 22050
    time = np.arange(2 * rate) / rate
    chord = sum(
        np.sin(2 * np.pi * f * 2 ** (cents / 1200) * time) for f in (220.0, 277.18, 329.63, 440.0)
    )
    assert (
        abs(tuning(chord.astype(np.float32), rate) * 100 / 3 - cents) < 4
    )  # its parabola leans by a few cents


def test_chroma_names_the_note_that_sounds() -> None:
    rate = 30720
    time = np.arange(2 * rate) / rate
    for pitch_class, hertz in ((0, 261.63), (4, 329.63), (9, 440.0)):
        rows = Music(np.sin(2 * np.pi * hertz * time).astype(np.float32), rate).features(
            "bailando55"
        )
        assert (np.argmax(rows[20:-20, 40:52], axis=1) == pitch_class).all()


def test_small_facts_of_the_front_end() -> None:
    filters = mel_filters(22050)
    assert filters.shape == (128, 1025) and (filters.sum(axis=1) > 0).all()
    flat = mfcc(np.full((128, 3), 7.0))
    assert np.allclose(flat[0], 7 * np.sqrt(128)) and np.allclose(flat[1:], 0)
    assert np.allclose(slope(np.arange(10.0)[None] * 3), 3)
    beat = np.zeros(600)
    beat[::30] = 1
    assert published_tempo(beat, 30720) == pytest.approx(120)
