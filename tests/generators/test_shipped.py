"""The weights that ship: where they come from, and that they dance, the same every time."""

import json
from pathlib import Path

import numpy as np
import pytest

from footlights.generators import load_generator
from footlights.generators.diffusion.sample import Diffusion
from footlights.generators.representation import encode
from footlights.learning.network import OnnxNetwork, read_weights
from footlights.metrics.beat_alignment import on_beat
from footlights.metrics.foot_contact import foot_contact_scores
from footlights.metrics.motion_statistics import movement_scores
from footlights.motion.motion import Motion
from footlights.music import Music, bundled_song

SMALL = Path(__file__).parents[2] / "src" / "footlights" / "weights" / "small"


@pytest.fixture(scope="module")
def song() -> Music:
    return Music.load(bundled_song())


@pytest.fixture(scope="module")
def dancer() -> Diffusion:
    return load_generator("small")


@pytest.fixture(scope="module")
def dances(dancer: Diffusion, song: Music) -> list[Motion]:
    return dancer.sample(song, 3, seed=0)


def test_the_card_says_what_it_learnt_from_and_nothing_forbids_commercial_use():
    card = json.loads((SMALL / "card.json").read_text())
    assert sum(card["minutes"].values()) > 20
    assert not any("NC" in licence for licence in card["licences"])
    assert not {"lafan1_g1", "bnri1", "deepmimic"} & set(card["minutes"])
    words = (SMALL / "card.md").read_text()
    for source in card["minutes"]:
        assert source in words


def test_it_dances_the_whole_song_in_three_styles(dances: list[Motion], song: Music):
    assert [len(d) for d in dances] == [round(song.seconds * 30)] * 3
    assert len({d.meta["style"] for d in dances}) == 3


def test_feet_stand_and_nobody_freezes(dances: list[Motion]):
    for dance in dances:
        scores = {**foot_contact_scores(dance), **movement_scores(dance)}
        assert scores["slip"].value < 8
        assert scores["penetration"].value < 0.5
        assert scores["frozen"].value < 0.05
        assert 0.3 < scores["speed"].value < 2.0


def test_hits_fall_on_the_song_s_beats(dances: list[Motion]):
    beats = np.array(json.loads(bundled_song().with_suffix(".json").read_text())["beats"])
    above = [on_beat(dance, beats)["above_chance"].value for dance in dances]
    assert np.mean(above) > 0.15


def test_more_energy_is_more_speed(dancer: Diffusion, song: Music):
    speeds = [
        movement_scores(dancer.sample(song, 1, seconds=15, energy=e)[0])["speed"].value
        for e in (-1.0, 0.0, 1.0)
    ]
    assert speeds == sorted(speeds)
    assert speeds[2] > 1.3 * speeds[0]


def test_joins_of_windows_are_as_smooth_as_the_rest(dancer: Diffusion, song: Music):
    motion = dancer.sample(song, 1, seed=4, clean=False)[0]
    half = dancer.config.model.window // 2
    ends = np.arange(half, len(motion) - half, half)  # where one window ends and another begins
    handed = ends - half // 2  # where most of the weight goes from one window to the next
    for values in (encode(motion)[:, :148], motion.positions.reshape(len(motion), -1)):
        for order in (1, 3):
            size = np.abs(np.diff(values.astype(np.float64), order, axis=0)).mean(axis=1)
            inside = np.delete(size, np.unique(ends[:, None] + np.arange(-3, 3)))
            assert np.mean(size[handed] < np.quantile(inside, 0.99)) > 0.95
            assert np.mean(size[ends - 1]) < np.quantile(inside, 0.9)
            assert np.max(size[ends - 1]) < 2 * np.quantile(inside, 0.99)


def test_N1_same_seed_same_bytes_with_any_number_of_threads(song: Music):
    model = load_generator("small")
    weights, _ = read_weights(SMALL)
    taken = []
    for threads in (1, 2, 4):
        model.network = OnnxNetwork(SMALL, weights, threads)
        motion = model.sample(song, 1, seconds=8, energy=1.0, seed=9)[0]
        taken.append((motion.rotations.tobytes(), motion.root.tobytes()))
    assert taken[0] == taken[1] == taken[2]


def test_N1_torch_and_onnxruntime_put_joints_at_the_same_place(song: Music):
    pytest.importorskip("torch", reason="the other runtime needs the [train] extra")
    models = [Diffusion.load(SMALL, runtime=runtime) for runtime in ("onnx", "torch")]
    light, heavy = (model.sample(song, 1, seconds=10, seed=2, clean=False)[0] for model in models)
    assert np.abs(light.positions - heavy.positions).max() < 1e-3
