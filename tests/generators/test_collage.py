"""The collage: real segments, on the song's beats, joined without a jump, the same every time."""

import json

import numpy as np
import pytest

import canaries
from footlights.basics.errors import FootlightsError
from footlights.formats import write
from footlights.generators import generator_names, load_generator
from footlights.generators.collage.collage import Collage
from footlights.generators.collage.segments import BEATS, Track, clip_tracks, cut_segments
from footlights.metrics.beat_alignment import on_beat
from footlights.metrics.derivatives import derivative
from footlights.metrics.foot_contact import foot_contact_scores
from footlights.motion.motion import Motion
from footlights.music import Music
from tiny import clip_row, write_index

TEMPI = (100, 110, 120, 130)


def _tracks(motion: Motion, k: int, bpm: float, seconds: float) -> tuple[Track, Track]:
    """Clip number ``k`` and its mirror image, with beats of ``bpm`` for ``seconds``."""
    return clip_tracks(motion, f"clip{k}", "ab"[k % 2], np.arange(0, seconds, 60 / bpm))


@pytest.fixture(scope="module")
def collage():
    tracks = [
        t
        for k, bpm in enumerate(TEMPI)
        for t in _tracks(canaries.stepping(16.0, bpm=bpm), k, bpm, 16.0)
    ]
    return Collage(tuple(tracks))


def _song(bpm: float | None, seconds: float = 12.0) -> Music:
    """Clicks at ``bpm``, or a slow swell without any."""
    rate = 22050
    t = np.arange(int(seconds * rate)) / rate
    if bpm is None:
        return Music(
            (0.3 * np.sin(2 * np.pi * 220 * t) * (1 + np.sin(0.9 * t))).astype(np.float32),
            name="swell",
        )
    since = (t - 0.2) % (60 / bpm)
    noise = np.random.default_rng(0).normal(0, 0.3, len(t))
    return Music((noise * np.exp(-since * 60) * (t >= 0.2)).astype(np.float32), name="clicks")


def test_segments_hold_four_beats_and_start_on_every_beat(collage):
    segments = collage.beat_segments
    assert segments.times.shape[1] == BEATS + 1
    assert sorted(set(np.round(segments.tempo))) == list(TEMPI)
    first = segments.times[segments.track == 0]
    assert np.allclose(np.diff(first[:, 0]), 0.6) and np.allclose(first[0], np.arange(5) * 0.6)
    assert segments.energy.mean() == pytest.approx(0, abs=1e-6)


def test_the_dance_is_on_the_songs_beats(collage):
    song = _song(115.0)
    scores = on_beat(collage.sample(song, seed=1)[0], song.beats)
    assert scores["f1"].value > 0.85 and scores["above_chance"].value > 0.5


def test_tempi_far_from_the_librarys_still_make_a_dance(collage):
    for bpm in (80.0, 170.0):
        song = _song(bpm)
        dance = collage.sample(song)[0]
        assert len(dance) == round(song.seconds * 30)


def test_a_song_without_a_beat_gets_segments_of_two_seconds(collage, monkeypatch):
    song = _song(None)
    monkeypatch.setattr(Music, "beat_trust", 0.0)
    dance = collage.sample(song)[0]
    assert not dance.meta["on_beat"] and len(dance) == round(song.seconds * 30)
    assert {round(p["to"] - p["from"], 3) for p in dance.meta["pieces"]} == {2.0}


def test_joins_do_not_jump_and_feet_stand(collage):
    dance = collage.sample(_song(115.0), seed=3)[0]
    speed = derivative(dance.positions, 30.0, 1)
    whole = max(derivative(canaries.stepping(16.0, bpm=b).positions, 30.0, 1).max() for b in TEMPI)
    assert speed.max() < 1.5 * whole
    assert (
        foot_contact_scores(dance)["slip"].value < 2
        and foot_contact_scores(dance)["penetration"].value < 0.01
    )


def test_a_dance_says_where_its_segments_come_from(collage):
    meta = collage.sample(_song(115.0), seed=0)[0].meta
    assert meta["model"] == "collage" and meta["on_beat"] and meta["seed"] == 0
    clips = [p["clip"] for p in meta["pieces"]]
    assert max(len(set(clips[i : i + 5])) for i in range(len(clips))) > 1, (
        "no clip has more than four segments in a row"
    )
    assert json.dumps(dict(meta))


def test_a_style_is_kept_to_and_an_unknown_one_refused(collage):
    dance = collage.sample(_song(115.0), style="a")[0]
    assert {p["style"] for p in dance.meta["pieces"]} == {"a"}
    with pytest.raises(FootlightsError, match=r"no style called 'z'.*a, b"):
        collage.sample(_song(115.0), style="z")


def test_more_energy_takes_livelier_segments():
    lively, calm = (
        canaries.stepping(16.0, bpm=120),
        canaries.half_speed(canaries.stepping(8.0, bpm=120)),
    )
    tracks = [t for k, m in enumerate((lively, calm)) for t in _tracks(m, k, 120, 15.9)]
    both = Collage(tuple(tracks))
    speeds = [
        derivative(both.sample(_song(120.0), energy=e)[0].positions, 30.0, 1).mean()
        for e in (-3.0, 3.0)
    ]
    assert speeds[1] > 1.3 * speeds[0]


def test_N1_same_seed_same_bytes_and_takes_differ(collage):
    song = _song(115.0)
    one, two = collage.sample(song, 2, seed=5), collage.sample(song, 2, seed=5)
    assert all(
        a.rotations.tobytes() == b.rotations.tobytes() for a, b in zip(one, two, strict=True)
    )
    assert collage.sample(song, 1, seed=5)[0].rotations.tobytes() == one[0].rotations.tobytes()
    assert one[0].rotations.tobytes() != one[1].rotations.tobytes()


def test_seconds_shorten_or_lengthen_the_dance(collage):
    assert len(collage.sample(_song(115.0), seconds=5.0)[0]) == 150


def test_clips_too_short_for_four_beats_make_no_segments():
    short = _tracks(canaries.stepping(1.5), 0, 120, 1.5)
    assert cut_segments(short, on_beat=True) is None
    with pytest.raises(FootlightsError, match="two seconds"):
        Collage(short)


def _library(folder, split="train"):
    (folder / "clips").mkdir(parents=True)
    write(canaries.stepping(8.0), folder / "clips" / "clip0.npz")
    beats = np.arange(0, 8.0, 0.5).tolist()
    row = clip_row("clip0", style="a", split=split, commercial=False, seconds=8.0, beats=beats)
    return write_index(folder, [row])


def test_a_collage_is_loaded_from_built_data(tmp_path):
    collage = load_generator("collage", library=_library(tmp_path / "built"))
    assert collage.info.styles == ("a",) and collage.info.name in generator_names()
    assert len(collage.sample(_song(120.0), seconds=3.0)[0]) == 90


def test_only_the_train_split_is_danced(tmp_path):
    with pytest.raises(FootlightsError, match="train split"):
        Collage.load(_library(tmp_path / "built", split="test"))
    with pytest.raises(FootlightsError, match="train split"):
        Collage.load(_library(tmp_path / "other"), commercial_only=True)


def test_loading_says_what_is_missing(tmp_path):
    with pytest.raises(FootlightsError, match="--library"):
        load_generator("collage")
    with pytest.raises(FootlightsError, match="only the collage"):
        load_generator("small", library=tmp_path)
    with pytest.raises(FootlightsError, match=r"no model called 'nosuch'.*collage"):
        load_generator("nosuch")
    with pytest.raises(FootlightsError, match="data build"):
        load_generator("collage", library=tmp_path)
