"""What the judgement must say: of known motions, of each canary, in each sweep, at any rate, place
and thread.
"""

import itertools
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
from footlights.geometry.rotations import quat_about, quat_mul, quat_rotate
from footlights.motion.motion import Motion
from footlights.motion.skeleton import SMPL24
from footlights.physics import judge, physics_score
from footlights.physics.judgement import AXES, SUB_SCORES, Judgement
from moving import standing
from probes import humanoid, probe

DANCE = stepping(4.0)


def of_probe(motion: Motion) -> Judgement:
    """On PhyMotion's body, which its probes move."""
    return judge(motion, humanoid=humanoid())


def scores_of(judgement: Judgement) -> list[float]:
    return list(judgement.sub_scores.values())


def trembling(motion: Motion, metres: float) -> Motion:
    """White noise on the root."""
    noise = np.random.default_rng(0).normal(0, metres, motion.root.shape)
    return motion.replace(root=motion.root + noise)


def leaning(degrees: float) -> Motion:
    """A standing body turned forwards about the line of its ankles, its soles left on the floor."""
    turn, ankle = quat_about("x", np.radians([degrees])), np.array([0, -0.0035, 0.0757])
    stand = standing()
    rotations = stand.rotations.astype(float)
    rotations[:, 0] = turn
    for side in ("left", "right"):
        rotations[:, SMPL24.index(f"{side}_ankle")] = quat_about("x", np.radians([-degrees]))
    return stand.replace(root=quat_rotate(turn, stand.root - ankle) + ankle, rotations=rotations)


def swinging_arms(rate: float) -> Motion:
    """Both arms swing up and down ``rate`` times a second."""
    stand = standing()
    rotations = stand.rotations.copy()
    angle = 1.0 + 0.5 * np.sin(2 * np.pi * rate * np.arange(60) / 30)
    for name, side in (("left_shoulder", 1), ("right_shoulder", -1)):
        rotations[:, SMPL24.index(name)] = quat_about("y", side * angle)
    return stand.replace(rotations=rotations)


@pytest.mark.parametrize("name", ["stand", "squat", "walk", "jump", "dance"])
def test_clean_probes_are_clean(name):
    judgement = of_probe(probe(name))
    assert min(scores_of(judgement)) >= 0.9, judgement.sub_scores
    assert judgement.physics_score >= 0.95 and judgement.arithmetic_mean >= 0.95


@pytest.mark.parametrize("height", [0.2, 0.5, 1.0])
def test_hovering_is_held_up_by_nothing(height):
    judgement = of_probe(hovering(probe("stand"), height))
    assert judgement.sub_scores["float"] <= 0.05 and judgement.sub_scores["ground_reaction"] <= 0.1
    assert judgement.quantities["residual_force"].value == pytest.approx(1, abs=0.02)
    assert judgement.physics_score < 0.55


def test_a_jump_that_freezes_in_the_air_floats():
    judgement = of_probe(probe("jump_then_frozen_at_apex"))
    assert judgement.sub_scores["float"] < 0.3
    assert judgement.physics_score < of_probe(probe("jump")).physics_score - 0.2


@pytest.mark.parametrize(("depth", "score"), [(0.05, 0.37), (0.1, 0.11), (0.2, 0.01)])
def test_sinking_is_scored_by_its_depth(depth, score):
    sub_scores = of_probe(sunk(probe("stand"), depth)).sub_scores
    assert sub_scores["penetration"] == pytest.approx(score, abs=0.05)


def test_sliding_is_measured_and_scored():
    speeds = [0.2, 0.5, 1.0, 2.0]
    judgements = [of_probe(sliding(probe("stand"), speed)) for speed in speeds]
    slips = [judgement.quantities["slip"].value for judgement in judgements]
    np.testing.assert_allclose(slips, speeds, rtol=0.05)
    scores = [judgement.sub_scores["slip"] for judgement in judgements]
    assert scores == sorted(scores, reverse=True) and scores[1] < 0.4 and scores[2] < 0.1

    # A constant slide needs no force, so what the floor gives is right; only that sliding feet give
    # it is not.
    right = [[j.sub_scores[name] for name in ("ground_reaction", "balance")] for j in judgements]
    assert np.min(right) > 0.99 and judgements[2].sub_scores["residual"] < 0.1


@pytest.mark.parametrize("metres", [0.001, 0.003, 0.01])
def test_injected_noise_is_measured(metres):
    jitter = of_probe(trembling(probe("stand"), metres)).quantities["jitter"]
    assert jitter.value == pytest.approx(1000 * metres, rel=0.25) and jitter.unit == "mm"


def test_teleporting_breaks_every_law():
    stand = probe("stand")
    late = (np.arange(len(stand)) > 20)[:, None] * np.array([1.0, 0, 0])
    scores = of_probe(stand.replace(root=stand.root + late)).sub_scores
    assert scores["velocity"] <= 0.105
    assert scores["ground_reaction"] < 0.01 and scores["balance"] < 0.01


def test_impossible_bodies_are_seen_by_the_body():
    assert of_probe(probe("knee_bent_backwards")).sub_scores["body"] < 0.05
    assert of_probe(probe("arm_through_torso")).sub_scores["body"] < 0.8


def test_spins_of_planted_feet_slip_and_need_a_pull():
    slow, fast = of_probe(probe("spin_3radps")), of_probe(probe("spin_10radps"))
    assert fast.sub_scores["slip"] < 0.2 < slow.sub_scores["slip"] < 1
    assert fast.quantities["residual_force"].value == pytest.approx(0.04, abs=0.02)


SWEEPS = {
    "slip": [sliding(DANCE, speed) for speed in (0, 0.1, 0.2, 0.4, 0.8, 1.6)],
    "float": [hovering(DANCE, height) for height in (0, 0.03, 0.035, 0.2)],
    "penetration": [sunk(DANCE, depth) for depth in (0, 0.01, 0.03, 0.06, 0.12, 0.3)],
    "jitter": [trembling(DANCE, metres) for metres in (0, 0.001, 0.003, 0.01, 0.03)],
    "velocity": [DANCE.replace(fps=DANCE.fps * rate) for rate in (1, 2, 4, 8)],
    "torque": [swinging_arms(rate) for rate in (1, 2, 3, 4)],
    "balance": [leaning(degrees) for degrees in (0, 8, 16, 24, 32)],
}


@pytest.mark.parametrize("name", SWEEPS)
def test_N3_each_sweep_is_strictly_ordered(name):
    """More of a fault is never as good."""
    scores = [judge(motion).sub_scores[name] for motion in SWEEPS[name]]
    assert len(scores) >= 4 and all(a > b for a, b in itertools.pairwise(scores)), scores


@pytest.mark.parametrize(
    "same",
    [DANCE.moved((3, -2, 0)), DANCE.moved((0.5, 0.1, 0), yaw=1.234), DANCE.mirrored()],
    ids=["elsewhere", "turned", "mirrored"],
)
def test_N3_yaw_place_and_mirror_change_nothing(same):
    np.testing.assert_allclose(scores_of(judge(same)), scores_of(judge(DANCE)), atol=1e-3)


def test_signs_of_quaternions_change_nothing():
    """A quaternion and its negative are one rotation, and files may jump between them."""
    rotations = DANCE.rotations.copy()
    rotations[50:, 0] *= -1
    flipped = judge(DANCE.replace(rotations=rotations))
    np.testing.assert_allclose(scores_of(flipped), scores_of(judge(DANCE)), atol=1e-6)


def test_N3_forces_do_not_know_where_the_body_faces():
    base, turned = judge(DANCE).quantities, judge(DANCE.moved(yaw=0.7)).quantities
    for name in ("residual_force", "residual_moment", "excess_ground_reaction", "specific_power"):
        assert turned[name].value == pytest.approx(base[name].value, abs=1e-4), name


def test_N2_the_rate_of_frames_changes_little():
    rates = [scores_of(judge(stepping(4.0, fps=fps))) for fps in (15.0, 30.0, 60.0)]
    assert np.ptp(rates, axis=0).max() <= 0.05


@pytest.mark.parametrize("name", ["walk", "dance"])
def test_N2_the_rate_of_probes_changes_little(name):
    probes = [probe(name), probe(f"{name}_15fps"), probe(f"{name}_60fps")]
    assert np.ptp([scores_of(of_probe(motion)) for motion in probes], axis=0).max() <= 0.05


def test_a_clip_twice_as_long_scores_the_same():
    once, twice = of_probe(probe("walk")), of_probe(probe("walk_90frames"))
    np.testing.assert_allclose(scores_of(once), scores_of(twice), atol=0.03)


SEEN_BY = {
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
    "random pieces": (random_codes, set(SUB_SCORES) - {"jitter", "body", "penetration", "float",
                                                       "specific_power"}),
    "double speed": (double_speed, {"balance", "ground_reaction", "residual"}),
}  # fmt: skip


@pytest.mark.parametrize("canary", SEEN_BY)
def test_canaries_fall_on_the_sub_scores_that_should_see_them(canary):
    spoil, names = SEEN_BY[canary]
    sub_scores = judge(spoil(DANCE)).sub_scores
    assert names and all(sub_scores[name] < 0.8 for name in names), sub_scores


def test_a_statue_is_possible_and_activity_says_that_it_is_one():
    still, dance = judge(frozen(DANCE)), judge(DANCE)
    assert still.physics_score > 0.95 and still.activity < 0.001 < 0.2 < dance.activity


def test_scores_axes_and_frames_belong_together():
    judgement = judge(skating(DANCE))
    scores = judgement.sub_scores
    assert set(scores) == set(SUB_SCORES) == set(judgement.frames) and len(scores) == 11
    assert all(0 < score <= 1 for score in scores.values())
    for axis, names in AXES.items():
        mean = np.mean([scores[name] for name in names])
        assert judgement.axes[axis] == pytest.approx(mean)
    assert judgement.physics_score == pytest.approx(math.prod(scores.values()) ** (1 / 11))
    assert physics_score(skating(DANCE)) == judgement.physics_score


def test_frames_have_scores_where_they_have_quantities():
    judgement = judge(skating(DANCE))
    assert {len(frames) for frames in judgement.frames.values()} == {len(DANCE)}
    forces = judgement.frames["torque"]
    assert np.isnan(forces[:2]).all() and np.isfinite(forces[2:-2]).all(), "ends are guesses"

    frames = judgement.frame_scores
    assert np.isfinite(frames).all() and (0 < frames).all() and (frames <= 1).all()
    middle = [np.log(scores[60]) for scores in judgement.frames.values()]
    assert frames[60] == pytest.approx(np.exp(np.nanmean(middle)))


@pytest.mark.parametrize(
    ("motion", "reason"),
    [
        (DANCE[:1], "1 frames"),
        (DANCE[:3], "3 frames"),
        (DANCE[::6].replace(fps=5.0), "5 frames a second"),
    ],
)
def test_N5_what_cannot_be_judged_is_nan_with_a_reason(motion, reason):
    judgement = judge(motion)
    assert math.isnan(judgement.physics_score) and reason in judgement.reason
    assert judgement.as_json()["physics_score"] is None and judgement.as_json()["reason"]
    assert math.isfinite(judgement.sub_scores["penetration"]), "what can be measured is"


def test_many_frames_a_second_are_judged():
    often = judge(DANCE.resampled(240.0)).physics_score
    assert often == pytest.approx(judge(DANCE).physics_score, abs=0.02)


def test_N5_a_dance_without_contact_is_judged():
    scores = judge(hovering(DANCE, 2.0)).sub_scores
    assert all(math.isfinite(score) for score in scores.values()) and scores["float"] < 0.1


def test_an_unknown_floor_is_found_and_the_dance_judged_on_it():
    lifted, known = DANCE.moved((0, 0, 0.37)), judge(DANCE)
    judgement = judge(lifted, floor="auto")
    assert judgement.floor == pytest.approx(0.37, abs=0.01) and judgement.floor_spread < 0.02
    assert judgement.physics_score == pytest.approx(known.physics_score, abs=0.05)
    heights = judgement.centre_of_mass[:, 2] - known.centre_of_mass[:, 2]
    np.testing.assert_allclose(heights, 0.37, atol=0.01)

    told = judge(lifted, floor=0.37)
    assert told.physics_score == pytest.approx(known.physics_score, abs=1e-3)
    assert told.floor_spread == 0


def test_threads_give_the_same_bits():
    motions = [DANCE, skating(DANCE), hovering(DANCE), vibrating(DANCE, 0.003)] * 3
    serial = [judge(motion).as_json() for motion in motions]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda motion: judge(motion).as_json(), motions)) == serial


def test_a_body_that_faces_the_other_way_is_no_jump():
    rotations = DANCE.rotations.astype(float)
    rotations[:, 0] = quat_mul(quat_about("z", np.array([math.pi])), rotations[:, 0])
    assert judge(DANCE.replace(rotations=rotations)).sub_scores["velocity"] > 0.9


def test_a_judgement_says_itself_in_one_line():
    line = repr(judge(skating(DANCE)))
    assert line.startswith("Judgement(physics score 0.") and line.endswith(" findings)")
    assert "contact 0." in line and "\n" not in line
