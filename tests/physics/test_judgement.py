"""What the judgement must say: of known motions, of each canary, in each sweep, at any rate, place
and thread.
"""

import itertools
import json
import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from canaries import (
    crossing_limbs,
    double_speed,
    frozen,
    hovering,
    random_codes,
    skating,
    sliding,
    spinning_root,
    stepping,
    sunk,
    swapped_arms,
    teleporting,
    vibrating,
)
from footlights.basics.errors import FootlightsError
from footlights.geometry.rotations import quat_about, quat_mul, quat_rotate
from footlights.motion.motion import Motion
from footlights.motion.skeleton import SMPL24
from footlights.physics import judge, physics_score
from footlights.physics.judgement import AXES, SUB_SCORES, Judgement
from footlights.physics.score_calibration import Calibration
from probes import humanoid, probe

DANCE = stepping(4.0)


def of_probe(motion: Motion) -> Judgement:
    return judge(motion, humanoid=humanoid())


def trembling(motion: Motion, metres: float) -> Motion:
    return motion.replace(
        root=motion.root + np.random.default_rng(0).normal(0, metres, motion.root.shape)
    )


@pytest.mark.parametrize("name", ["stand", "squat", "walk", "jump", "dance"])
def test_clean_probes_are_clean(name):
    found = of_probe(probe(name))
    assert min(found.sub_scores.values()) >= 0.9, found.sub_scores
    assert found.physics_score >= 0.95 and found.arithmetic_mean >= 0.95


@pytest.mark.parametrize("height", [0.2, 0.5, 1.0])
def test_hovering_is_held_up_by_nothing(height):
    found = of_probe(hovering(probe("stand"), height))
    assert found.sub_scores["float"] <= 0.05 and found.sub_scores["ground_reaction"] <= 0.1
    assert found.quantities["residual_force"].value == pytest.approx(1, abs=0.02)
    assert found.physics_score < 0.55


def test_a_jump_that_freezes_in_the_air_floats():
    found = of_probe(probe("jump_then_frozen_at_apex"))
    assert (
        found.sub_scores["float"] < 0.3
        and found.physics_score < of_probe(probe("jump")).physics_score - 0.2
    )


def test_sinking_is_scored_by_its_depth():
    scores = [
        of_probe(sunk(probe("stand"), depth)).sub_scores["penetration"]
        for depth in (0.05, 0.1, 0.2)
    ]
    np.testing.assert_allclose(scores, [0.37, 0.11, 0.01], atol=0.05)


def test_sliding_is_measured_and_scored():
    found = [of_probe(sliding(probe("stand"), speed)) for speed in (0.2, 0.5, 1.0, 2.0)]
    np.testing.assert_allclose(
        [j.quantities["slip"].value for j in found], [0.2, 0.5, 1, 2], rtol=0.05
    )
    scores = [j.sub_scores["slip"] for j in found]
    assert scores == sorted(scores, reverse=True) and scores[1] < 0.4 and scores[2] < 0.1
    # A constant slide needs no force, so what the floor gives is right; only that sliding feet give
    # it is not.
    assert all(
        j.sub_scores["ground_reaction"] > 0.99 and j.sub_scores["balance"] > 0.99 for j in found
    )
    assert found[2].sub_scores["residual"] < 0.1


def test_injected_noise_is_measured():
    for metres in (0.001, 0.003, 0.01):
        found = of_probe(trembling(probe("stand"), metres))
        assert found.quantities["jitter"].value == pytest.approx(1000 * metres, rel=0.25)


def test_teleporting_breaks_every_law():
    stand = probe("stand")
    late = (np.arange(len(stand)) > 20)[:, None] * np.array([1.0, 0, 0])
    scores = of_probe(stand.replace(root=stand.root + late)).sub_scores
    assert (
        scores["velocity"] <= 0.105
        and scores["ground_reaction"] < 0.01
        and scores["balance"] < 0.01
    )


def test_impossible_bodies_are_seen_by_the_body():
    assert of_probe(probe("knee_bent_backwards")).sub_scores["body"] < 0.05
    assert of_probe(probe("arm_through_torso")).sub_scores["body"] < 0.8


def test_spins_of_planted_feet_slip_and_pull():
    slow, fast = of_probe(probe("spin_3radps")), of_probe(probe("spin_10radps"))
    assert fast.sub_scores["slip"] < 0.2 < slow.sub_scores["slip"] < 1
    assert fast.quantities["residual_force"].value == pytest.approx(0.04, abs=0.02)


def test_N3_each_sweep_is_strictly_ordered():
    """Sub-score by sub-score: more of a fault is never as good, and the whole falls with it."""
    lean = [_leaning(math.radians(angle)) for angle in (0, 8, 16, 24, 32)]
    sweeps = {
        "slip": [sliding(DANCE, speed) for speed in (0, 0.1, 0.2, 0.4, 0.8, 1.6)],
        "float": [hovering(DANCE, height) for height in (0, 0.03, 0.035, 0.2)],
        "penetration": [sunk(DANCE, depth) for depth in (0, 0.01, 0.03, 0.06, 0.12, 0.3)],
        "jitter": [trembling(DANCE, metres) for metres in (0, 0.001, 0.003, 0.01, 0.03)],
        "velocity": [DANCE.replace(fps=DANCE.fps * rate) for rate in (1, 2, 4, 8)],
        "torque": [_arms(speed) for speed in (1, 2, 3, 4)],
        "balance": lean,
    }
    for name, motions in sweeps.items():
        scores = [judge(motion).sub_scores[name] for motion in motions]
        assert all(a > b for a, b in itertools.pairwise(scores)), f"{name}: {scores}"


def _still(frames: int = 60) -> np.ndarray:
    rotations = np.zeros((frames, 24, 4))
    rotations[..., 0] = 1
    return rotations


def _leaning(angle: float) -> Motion:
    """The rest pose turned forwards about the line of its soles."""
    rotations, turn = _still(), quat_about("x", np.array([angle]))
    rotations[:, 0] = turn
    for side in ("left", "right"):
        rotations[:, SMPL24.index(f"{side}_ankle")] = quat_about("x", np.array([-angle]))
    ankle = np.array([0, -0.0035, 0.0757])
    root = quat_rotate(turn, SMPL24.rest[:1].astype(float) - ankle) + ankle
    return Motion(np.repeat(root, 60, axis=0), rotations, 30.0)


def _arms(rate: float) -> Motion:
    """Both arms swing up and down ``rate`` times a second."""
    rotations = _still()
    swing = 1.0 + 0.5 * np.sin(2 * np.pi * rate * np.arange(60) / 30)
    for name, side in (("left_shoulder", 1), ("right_shoulder", -1)):
        rotations[:, SMPL24.index(name)] = quat_about("y", side * swing)
    return Motion(np.repeat(SMPL24.rest[:1], 60, axis=0), rotations, 30.0)


def test_N3_yaw_place_and_mirror_change_nothing():
    base = judge(DANCE)
    for other in (DANCE.moved((3, -2, 0)), DANCE.moved((0.5, 0.1, 0), yaw=1.234), DANCE.mirrored()):
        found = judge(other)
        np.testing.assert_allclose(
            list(found.sub_scores.values()), list(base.sub_scores.values()), atol=1e-3
        )
    turned = judge(DANCE.moved((0, 0, 0), yaw=0.7)).quantities
    for name in ("residual_force", "residual_moment", "excess_ground_reaction", "specific_power"):
        assert turned[name].value == pytest.approx(base.quantities[name].value, abs=1e-4), name


def test_the_rate_of_frames_changes_little():
    rates = [judge(stepping(4.0, fps=fps)) for fps in (15.0, 30.0, 60.0)]
    for name in SUB_SCORES:
        scores = [found.sub_scores[name] for found in rates]
        assert max(scores) - min(scores) <= 0.05, (name, scores)
    for name in ("walk", "dance"):
        scores = np.array(
            [
                list(of_probe(probe(n)).sub_scores.values())
                for n in (name, f"{name}_15fps", f"{name}_60fps")
            ]
        )
        assert np.ptp(scores, axis=0).max() <= 0.05


def test_a_clip_twice_as_long_scores_the_same():
    once, twice = of_probe(probe("walk")), of_probe(probe("walk_90frames"))
    assert max(abs(once.sub_scores[name] - twice.sub_scores[name]) for name in SUB_SCORES) <= 0.03


SEES = {
    "vibrating by 3 mm": (lambda m: vibrating(m, 0.003), {"jitter"}),
    "vibrating by 10 mm": (lambda m: vibrating(m, 0.01), {"jitter", "slip", "residual"}),
    "hovering": (hovering, {"float", "ground_reaction", "residual"}),
    "sunk": (sunk, {"penetration"}),
    "skating": (skating, {"slip", "residual"}),
    "sliding at 1 m/s": (sliding, {"slip", "residual"}),
    "teleporting": (teleporting, {"slip", "balance", "ground_reaction", "residual"}),
    "swapped arms": (swapped_arms, {"body"}),
    "crossing limbs": (crossing_limbs, {"body"}),
    "spinning root": (spinning_root, {"slip", "residual"}),
    "random pieces": (
        random_codes,
        {"slip", "balance", "torque", "ground_reaction", "residual", "velocity"},
    ),
    "double speed": (double_speed, {"balance", "ground_reaction", "residual"}),
}


@pytest.mark.parametrize("canary", SEES)
def test_canaries_fall_on_the_sub_scores_that_should_see_them(canary):
    spoil, sees = SEES[canary]
    scores = judge(spoil(DANCE)).sub_scores
    assert all(scores[name] < 0.8 for name in sees), scores


def test_a_statue_is_possible_and_activity_says_that_it_is_one():
    still, dance = judge(frozen(DANCE)), judge(DANCE)
    assert still.physics_score > 0.95 and still.activity < 0.001 < 0.2 < dance.activity


def test_scores_axes_and_frames_belong_together():
    found = judge(skating(DANCE))
    assert set(found.sub_scores) == set(SUB_SCORES) == set(found.frames) and len(SUB_SCORES) == 11
    assert all(0 < score <= 1 for score in found.sub_scores.values())
    for axis, names in AXES.items():
        assert found.axes[axis] == pytest.approx(
            np.mean([found.sub_scores[name] for name in names])
        )
    assert found.physics_score == pytest.approx(math.prod(found.sub_scores.values()) ** (1 / 11))
    assert all(len(frames) == len(DANCE) for frames in found.frames.values())
    assert physics_score(skating(DANCE)) == found.physics_score


def test_findings_say_where_and_when():
    spoilt = DANCE.root.copy()
    spoilt[60:70, 2] -= 0.2
    found = judge(DANCE.replace(root=spoilt))
    dip = next(f for f in found.findings if f.quantity == "penetration")
    assert 1.9 <= dip.start <= dip.worst <= dip.end <= 2.4 and dip.value == pytest.approx(
        20, abs=1.5
    )
    assert "below the floor" in dip.text and ("forefoot" in dip.text or "heel" in dip.text)
    weights = [f.severity * (f.end - f.start) for f in found.findings]
    assert weights == sorted(weights, reverse=True)


def test_N5_what_cannot_be_judged_is_nan_with_a_reason():
    for motion, why in (
        (DANCE[:1], "1 frames"),
        (DANCE[:3], "3 frames"),
        (DANCE[::6].replace(fps=5.0), "5 frames a second"),
    ):
        found = judge(motion)
        assert math.isnan(found.physics_score) and why in found.reason
        assert found.as_json()["physics_score"] is None and found.as_json()["reason"]
        assert math.isfinite(found.sub_scores["penetration"]), "what can be measured is"
    assert judge(DANCE.resampled(240.0)).physics_score == pytest.approx(
        judge(DANCE).physics_score, abs=0.02
    )


def test_N5_a_dance_without_contact_is_judged():
    scores = judge(hovering(DANCE, 2.0)).sub_scores
    assert all(math.isfinite(score) for score in scores.values()) and scores["float"] < 0.1


def test_a_wrong_frame_rate_is_said_and_not_scored_as_bad_dance_alone():
    notes = of_probe(probe("jump_16fps_scored_as_30")).notes
    assert any("16" in note and "recorded" in note for note in notes)
    assert not of_probe(probe("jump")).notes and not of_probe(probe("walk")).notes


def test_frames_written_twice_are_said():
    doubled = DANCE[:].replace(
        root=np.repeat(DANCE.root, 2, axis=0),
        rotations=np.repeat(DANCE.rotations, 2, axis=0),
        contacts=None,
        fps=60.0,
    )
    assert any("repeat" in note for note in judge(doubled).notes)


def test_an_unknown_floor_is_found_and_said():
    lifted = DANCE.moved((0, 0, 0.37))
    found, known = judge(lifted, floor="auto"), judge(DANCE)
    assert found.floor == pytest.approx(0.37, abs=0.01)
    assert found.physics_score == pytest.approx(known.physics_score, abs=0.05)
    assert any("estimated" in note for note in found.notes)
    assert any("37 cm above" in note for note in judge(lifted).notes)
    assert judge(lifted, floor=0.37).physics_score == pytest.approx(known.physics_score, abs=1e-3)


def test_threads_give_the_same_bits():
    motions = [DANCE, skating(DANCE), hovering(DANCE), vibrating(DANCE, 0.003)] * 3
    serial = [judge(motion).as_json() for motion in motions]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda motion: judge(motion).as_json(), motions)) == serial


def test_scores_are_never_zero_and_fall_everywhere():
    shipped = Calibration.shipped()
    for name in shipped.tolerance:
        values = shipped.score(name, np.linspace(0, 20 * shipped.scale[name], 200))
        assert values[0] == 1 and (np.diff(values) < 0).all() and values[-1] > 0
        assert 0.85 < shipped.score(name, shipped.tolerance[name]) < 0.95
        assert shipped.score(name, 1e12) > 0


def test_a_calibration_with_the_names_of_the_version_before_is_read():
    shipped = Calibration.shipped()
    names = {
        "self_penetration": "self_depth",
        "residual_moment": "balance",
        "excess_ground_reaction": "overload",
        "residual_force": "missing_force",
        "specific_power": "effort",
        "slip_aware_residual": "unexplained",
    }
    rows = {
        names.get(name, name): {"tolerance": shipped.tolerance[name], "scale": shipped.scale[name]}
        for name in shipped.tolerance
    }
    old = {"format": "footlights-physics-calibration-1", "version": "mine", "quantities": rows}
    mine = Calibration.read(json.dumps(old), "mine.json")
    assert len(rows) == 13 and set(rows) > set(names.values())
    assert mine.tolerance == shipped.tolerance and mine.scale == shipped.scale
    assert judge(DANCE, calibration=mine).sub_scores == judge(DANCE).sub_scores


def test_a_calibration_of_another_format_is_refused():
    with pytest.raises(FootlightsError, match="calibration"):
        Calibration.read('{"format": "other"}', "mine.json")
    with pytest.raises(FootlightsError, match="calibration"):
        Calibration.read("not json", "mine.json")


def test_turning_the_root_by_a_full_turn_is_no_jump():
    """Quaternion signs of a clip may jump: they mean the same rotation."""
    flipped = DANCE.rotations.copy()
    flipped[50:, 0] *= -1
    assert judge(DANCE.replace(rotations=flipped)).physics_score == pytest.approx(
        judge(DANCE).physics_score, abs=1e-6
    )
    turned = DANCE.rotations.astype(float)
    turned[:, 0] = quat_mul(quat_about("z", np.array([math.pi])), turned[:, 0])
    assert judge(DANCE.replace(rotations=turned)).physics_score > 0.0


def test_a_judgement_says_itself_in_one_line():
    line = repr(judge(skating(DANCE)))
    assert line.startswith("Judgement(physics score 0.") and line.endswith(" findings)")
    assert "contact 0." in line and "\n" not in line
