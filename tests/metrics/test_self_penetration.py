"""Arms through the body of a dancer, and bends that are none."""

import numpy as np
import pytest

import canaries
from footlights.basics.errors import FootlightsError
from footlights.geometry.rotations import quat_about
from footlights.metrics.self_penetration import between_parts, new_pairs, self_penetration_scores
from footlights.metrics.triangle_intersection import intersecting_pairs
from footlights.motion.body import Body
from footlights.motion.motion import Motion
from footlights.motion.skeleton import SMPL24, Skeleton


def _standing(frames=1, **turns):
    """The rest pose, arms and legs turned by (axis, angle or one for each frame)."""
    rotations = np.zeros((frames, len(SMPL24), 4))
    rotations[..., 0] = 1
    for name, (axis, angle) in turns.items():
        rotations[:, SMPL24.index(name)] = quat_about(
            axis, np.broadcast_to(np.asarray(angle, float), frames)
        )
    return Motion(np.repeat(SMPL24.rest[:1], frames, axis=0), rotations, 30.0)


def _values(motion):
    return {name: score.value for name, score in self_penetration_scores(motion).items()}


def test_the_rest_pose_crosses_nothing_anew():
    body = Body.load()
    values = _values(_standing())
    assert values["new_pairs"] == values["rate"] == values["depth"] == 0
    assert values["all_pairs"] == len(intersecting_pairs(body.vertices, body.faces))


def test_an_arm_through_the_torso_is_seen_and_a_folded_one_is_not():
    through = _values(_standing(left_shoulder=("z", -2.7)))
    folded = _values(_standing(left_shoulder=("y", 1.35), left_elbow=("z", -2.0)))
    assert through["rate"] == 1 and through["depth"] > 5 and through["new_pairs"] > 50
    assert folded["rate"] == folded["depth"] == 0 and folded["all_pairs"] > 0


def test_crossed_legs_are_seen():
    assert _values(_standing(left_hip=("y", 0.2), right_hip=("y", -0.2)))["rate"] == 1


def test_frames_say_when():
    sweep = _standing(5, left_shoulder=("z", np.linspace(0, -2.7, 5)))
    scores = self_penetration_scores(sweep)
    assert all(score.frames.shape == (5,) for score in scores.values())
    assert scores["rate"].frames[:2].tolist() == [0, 0] and scores["rate"].frames[-1] == 1
    assert (scores["depth"].frames[scores["rate"].frames == 0] == 0).all()


def test_pairs_of_parts():
    body = Body.load()
    pairs = intersecting_pairs(body.skin(_standing(left_shoulder=("z", -2.7)))[0], body.faces)
    new = new_pairs(pairs, body)
    assert 0 < len(new) < len(pairs) and 0 < between_parts(new, body).sum() < len(new)


def test_N1_the_same_motion_gives_the_same_numbers():
    motion = canaries.stepping(0.3)
    once, again = ([s.frames for s in self_penetration_scores(motion).values()] for _ in range(2))
    assert len(once) == 4 and np.array_equal(once, again)


def test_N2_place_yaw_and_frame_rate_change_little():
    arm_through_chest = _standing(41, left_shoulder=("z", np.linspace(-1, -2.7, 41)))
    motion = canaries.vibrating(arm_through_chest, 0.0005)
    here, moved = (
        self_penetration_scores(motion),
        self_penetration_scores(motion.moved((30, -20, 0))),
    )
    for name, score in here.items():
        assert np.array_equal(score.frames, moved[name].frames), "the floor is no part of a pose"

    values = _values(motion)
    assert len(values) == 4 and min(values.values()) > 0
    assert _values(motion.moved(yaw=1.1)) == pytest.approx(values, rel=0.02)
    assert _values(motion.resampled(60.0)) == pytest.approx(values, rel=0.05)


def test_another_skeleton_is_refused():
    other = Skeleton(("a",), (-1,), np.zeros((1, 3)))
    with pytest.raises(FootlightsError, match="another skeleton"):
        self_penetration_scores(Motion(np.zeros((1, 3)), [[[1.0, 0, 0, 0]]], 30.0, other))
