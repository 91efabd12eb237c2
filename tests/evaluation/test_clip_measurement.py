"""One clip measured: rates, windows, notes, and its record kept whole."""

import dataclasses
import json

import numpy as np
import pytest

import footlights as fl
from canaries import stepping
from footlights.evaluation import controls
from footlights.evaluation.clip_listing import ListedClip
from footlights.evaluation.clip_measurement import (
    MeasurementRequest,
    at_protocol_rate,
    measure_clip,
    measuring_code,
)
from footlights.evaluation.measured_clip import MeasuredClip
from footlights.evaluation.protocol_metrics import features_of, metrics_of
from footlights.metrics.protocol import PROTOCOLS, Protocol
from moving import swaying

OURS = PROTOCOLS["footlights"]
BEATS = tuple(np.arange(0, 8, 0.5))


def measured(motion: fl.Motion, **asked) -> MeasuredClip:
    return measure_clip(
        MeasurementRequest(ListedClip("a", motion=motion, beats=BEATS), OURS, **asked)
    )


def test_N2_frame_rate_does_not_change_a_clips_numbers():
    low, high = (measured(stepping(8.0, fps)).numbers.values for fps in (30.0, 60.0))
    assert len(low) > 25 and high == pytest.approx(low, rel=0.05, abs=0.05, nan_ok=True)


def test_windows_are_whole_and_start_every_hop():
    assert len(features_of(swaying(10.0), OURS)) == 3
    assert len(features_of(swaying(4.9), OURS)) == 0
    first = dataclasses.replace(OURS, hop=0.0)
    assert np.array_equal(features_of(swaying(10.0), first), features_of(swaying(10.0), OURS)[:1])


def test_a_protocol_looks_at_its_part_at_its_rate():
    seen = at_protocol_rate(stepping(25.0), PROTOCOLS["bailando"])
    assert seen.fps == 60 and len(seen) == 1200
    unmarked = stepping(3.0).replace(contacts=None)
    assert at_protocol_rate(unmarked, OURS).contacts is not None
    assert at_protocol_rate(unmarked, PROTOCOLS["edge"]).contacts is None


def test_a_protocol_of_ones_own_asks_for_the_beat_score_it_names():
    mine = Protocol("mine", features="published", beats="bailando")
    assert metrics_of(mine) == ("speed", "frozen", "bas@bailando")
    assert metrics_of(mine, ["drift", "speed"])[-1] == "drift"


def test_what_to_know_of_a_clip_is_said():
    motion = stepping(4.0)
    twice = np.repeat(np.arange(len(motion)), 2)
    doubled = motion.replace(
        root=motion.root[twice], rotations=motion.rotations[twice], contacts=None, fps=60.0
    )
    assert measured(motion).notes == ()
    assert measured(controls.frozen(motion)).notes == ("does not move",)
    (note,) = measured(doubled).notes
    assert "30 frames a second written as 60" in note


def test_controls_are_what_their_names_say():
    motion = stepping(4.0)
    assert np.ptp(controls.frozen(motion).positions, axis=0).max() == 0
    assert 0.0015 < np.ptp(controls.vibrating(motion).root, axis=0).max() < 0.0021
    mixed = controls.chunks(motion)
    assert sorted(mixed.root[:, 0].tolist()) == sorted(motion.root[: len(mixed), 0].tolist())
    other = controls.other_beats(np.arange(0, 8, 0.5), 8.0)
    assert np.allclose(np.diff(other), 0.585) and other.min() >= 0 and other.max() < 8


def test_a_record_comes_back_from_json_as_it_was():
    clip = measured(stepping(6.0), controls=True)
    again = MeasuredClip.from_json(json.loads(json.dumps(clip.as_json(), allow_nan=False)))
    assert again.as_json() == clip.as_json()
    assert list(again.controls) == ["frozen", "vibrating", "chunks", "shuffled music"]
    assert np.array_equal(again.numbers.features, clip.numbers.features)
    assert again.numbers.features.shape == (1, 104) and again.reasons["novelty"]
    for name, cells in clip.strips.items():
        assert np.array_equal(again.strips[name], cells, equal_nan=True), name
    assert len(clip.strips["skating"]) == 24


def test_the_key_changes_with_all_that_is_asked(tmp_path):
    clip = ListedClip("a", motion=stepping(1.0))
    plain = MeasurementRequest(clip, OURS)
    others = [
        dataclasses.replace(plain, clip=ListedClip("a", motion=stepping(1.0, bpm=90))),
        dataclasses.replace(plain, clip=ListedClip("a", motion=clip.motion, beats=(0.5,))),
        dataclasses.replace(plain, protocol=PROTOCOLS["edge"]),
        dataclasses.replace(plain, metrics=("pfc@edge",)),
        dataclasses.replace(plain, controls=True),
        dataclasses.replace(plain, train=tmp_path / "train-1.npy"),
        dataclasses.replace(plain, code="other"),
    ]
    assert len({request.key for request in (plain, *others)}) == 8
    called_otherwise = ListedClip("b", motion=clip.motion)
    assert dataclasses.replace(plain, clip=called_otherwise).key == plain.key


def test_the_code_of_another_packages_metric_counts():
    place = f"{__name__}:features_of"
    assert measuring_code() == measuring_code(("pfc@edge",))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("footlights.basics.plugins.find", lambda group, name: json.dumps)
        assert measuring_code((place,)) != measuring_code()
