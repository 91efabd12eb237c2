"""Findings: what is wrong, when, where and how much, in words; short moments are none."""

import numpy as np
import pytest

from canaries import stepping
from footlights.physics import judge
from footlights.physics.findings import find_faults
from footlights.physics.quantities import Quantity
from footlights.physics.score_calibration import Calibration

DANCE = stepping(4.0)
CALIBRATION = Calibration.shipped()
FPS = 30.0


def faults(name: str, frames: np.ndarray, parts: np.ndarray | None = None):
    nobody = np.zeros(0, str)
    quantity = Quantity(0.0, "", frames, nobody if parts is None else parts)
    return find_faults({name: quantity}, CALIBRATION, FPS)


def beyond(name: str, scales: float) -> float:
    return CALIBRATION.tolerance[name] + scales * CALIBRATION.scale[name]


def test_findings_say_where_and_when():
    root = DANCE.root.copy()
    root[60:70, 2] -= 0.2
    findings = judge(DANCE.replace(root=root)).findings
    dip = next(finding for finding in findings if finding.quantity == "penetration")
    assert 1.9 <= dip.start <= dip.worst <= dip.end <= 2.4
    assert dip.value == pytest.approx(20, abs=1.5)
    assert "below the floor" in dip.text and ("forefoot" in dip.text or "heel" in dip.text)


def test_the_worst_comes_first_by_how_far_and_how_long():
    root = DANCE.root.copy()
    root[30:33, 2] -= 0.2
    root[60:90, 2] -= 0.2
    findings = judge(DANCE.replace(root=root)).findings
    weights = [finding.severity * (finding.end - finding.start) for finding in findings]
    assert len(weights) > 2 and weights == sorted(weights, reverse=True)


def test_short_gaps_are_bridged_and_single_frames_are_none():
    frames = np.zeros(60)
    frames[10:20] = frames[23:30] = beyond("jitter", 2.0)
    frames[50] = beyond("jitter", 9.0)
    (finding,) = faults("jitter", frames)
    assert (finding.start, finding.end) == (pytest.approx(10 / FPS), pytest.approx(1.0))
    assert finding.severity == pytest.approx(2.0) and finding.part == ""


def test_frames_without_a_value_are_no_faults():
    assert faults("slip", np.full(60, np.nan)) == []


@pytest.mark.parametrize(
    ("name", "scales", "part", "text", "joints"),
    [
        ("torque", 3.0, "left_knee", "left knee needs 3.2 times its strength", ("left_knee",)),
        ("slip", 2.0, "left_knee", "left shin slides at 67 cm/s under load", ("left_knee",)),
        ("slip", 9.0, "left_foot", "nothing but the left forefoot could bear the body, and it "
         "moves at 207 cm/s", ("left_foot",)),
        ("self_penetration", 1.0, "left_hand in spine3", "left hand in chest: 5.0 cm deep",
         ("left_hand", "spine3")),
    ],
)  # fmt: skip
def test_words_name_segments_or_joints_as_people_do(name, scales, part, text, joints):
    frames, parts = np.full(30, beyond(name, scales)), np.full(30, part)
    (finding,) = faults(name, frames, parts)
    assert finding.text == text and finding.joints == joints
    assert finding.as_json()["severity"] == pytest.approx(scales)


def test_every_quantity_that_is_scored_has_words():
    values = {name: Quantity(0.0, "", np.full(30, beyond(name, 1.0))) for name in CALIBRATION.scale}
    assert len(find_faults(values, CALIBRATION, FPS)) == len(values) == 13
