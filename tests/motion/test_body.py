"""The house body: one closed, symmetric adult whose skin and soles follow the joints."""

import numpy as np
import pytest

from footlights.basics.errors import FootlightsError
from footlights.geometry.rotations import matrix_from_quat, normalize, quat_about, quat_rotate
from footlights.motion.body import Body, sole_heights, soles
from footlights.motion.motion import CONTACT_NAMES, Motion
from footlights.motion.skeleton import SMPL24, Skeleton

REST = np.array([1.0, 0, 0, 0])


def still(frames=1):
    return Motion(np.tile(SMPL24.rest[0], (frames, 1)), np.tile(REST, (frames, 24, 1)), 30)


def posed(frames=5, amount=0.5, seed=0):
    rng = np.random.default_rng(seed)
    rotations = normalize(REST + amount * rng.normal(size=(frames, 24, 4)))
    return Motion(SMPL24.rest[0] + rng.normal(size=(frames, 3)), rotations, 30)


@pytest.fixture(scope="module")
def body():
    return Body.load()


def test_the_body_is_an_adult_of_one_metre_seventy_standing_on_the_floor(body):
    low, high = body.vertices.min(0), body.vertices.max(0)
    assert low[2] == 0
    assert high[2] == pytest.approx(1.70, abs=0.02)
    assert high[0] - low[0] == pytest.approx(1.75, abs=0.03)
    assert volume(body.vertices, body.faces) == pytest.approx(0.062, abs=0.002)


def volume(vertices, faces):
    a, b, c = (vertices[faces[:, i]].astype(np.float64) for i in range(3))
    return np.einsum("fi,fi->", a, np.cross(b, c)) / 6


def test_the_skin_is_one_closed_surface(body):
    edges = np.concatenate([body.faces[:, [0, 1]], body.faces[:, [1, 2]], body.faces[:, [2, 0]]])
    there = {tuple(e) for e in edges.tolist()}
    assert len(there) == len(edges)
    assert all((b, a) in there for a, b in there)
    assert len(body.vertices) - len(edges) // 2 + len(body.faces) == 2


def test_weights_are_shares_and_name_real_joints(body):
    assert body.weights.min() >= 0
    np.testing.assert_allclose(body.weights.sum(1), 1, atol=1e-6)
    assert set(np.unique(body.weight_joints)) == set(range(24))
    assert (body.weight_joints[body.weights == 0] == 0).all()


def test_left_is_the_mirror_of_right(body):
    mirror = SMPL24.rest * [-1, 1, 1]
    np.testing.assert_array_equal(SMPL24.rest[list(SMPL24.swapped)], mirror.astype(np.float32))
    here = {tuple(v): i for i, v in enumerate(body.vertices.tolist())}
    twin = np.array([here[(-x if x else x, y, z)] for x, y, z in body.vertices.tolist()])
    assert (body.colors[twin] == body.colors).all()
    np.testing.assert_array_equal(
        body.sole_points[2:], body.sole_points[:2] * np.float32([-1, 1, 1])
    )
    assert len(body.sole_vertices["left_toe"]) == len(body.sole_vertices["right_toe"])


def test_the_rest_pose_is_a_t(body):
    rest = SMPL24.rest
    for side in ("left", "right"):
        arm = rest[
            [SMPL24.index(f"{side}_{part}") for part in ("shoulder", "elbow", "wrist", "hand")]
        ]
        leg = rest[[SMPL24.index(f"{side}_{part}") for part in ("hip", "knee", "ankle")]]
        assert np.ptp(arm[:, 1:], axis=0).max() < 1e-4
        assert np.ptp(leg[:, :2], axis=0).max() < 1e-4
    assert rest[SMPL24.index("left_foot"), 1] < rest[SMPL24.index("left_ankle"), 1] - 0.1


def test_every_joint_lies_inside_the_body(body):
    low, high = body.vertices.min(0), body.vertices.max(0)
    assert ((SMPL24.rest > low) & (SMPL24.rest < high)).all()
    nearest = np.linalg.norm(body.vertices[:, None] - SMPL24.rest, axis=-1).min(0)
    assert nearest.max() < 0.13


def test_soles_are_named_flat_and_below_the_ankles(body):
    ankle = SMPL24.rest[SMPL24.index("left_ankle")]
    assert set(body.sole_vertices) == set(CONTACT_NAMES)
    for name, at in body.sole_vertices.items():
        places = body.vertices[at]
        assert len(at) >= 10
        assert (places[:, 2] == 0).all()
        assert (np.sign(places[:, 0]) == (1 if name.startswith("left") else -1)).all()
        behind = places[:, 1] > ankle[1] - 0.05
        assert behind.all() if name.endswith("heel") else not behind.any()


def test_sole_corners_rest_on_the_floor_and_enclose_a_foot():
    corners = soles(still())[0]
    assert corners.shape == (4, 4, 3)
    assert abs(corners[..., 2]).max() < 1e-6
    left = corners[:2].reshape(-1, 3)
    assert 0.2 < np.ptp(left[:, 1]) < 0.27
    assert 0.06 < np.ptp(left[:, 0]) < 0.11
    assert abs(sole_heights(still())).max() < 1e-6


def test_skinning_the_rest_pose_changes_nothing(body):
    np.testing.assert_allclose(body.skin(still(2)), np.stack([body.vertices] * 2), atol=2e-6)


def test_skin_agrees_with_a_plain_sum_over_joints(body):
    motion = posed(2)
    places, turns = motion.kinematics()
    weights = np.zeros((len(body.vertices), 24))
    np.add.at(weights, (np.arange(len(weights))[:, None], body.weight_joints), body.weights)
    moved = (
        np.einsum("tjab,vjb->tvja", turns, body.vertices[:, None] - SMPL24.rest) + places[:, None]
    )
    np.testing.assert_allclose(
        body.skin(motion), np.einsum("vj,tvja->tva", weights, moved), atol=1e-5
    )


def test_turning_and_moving_the_dancer_turns_and_moves_skin_and_soles(body):
    motion, shift, yaw = posed(), np.array([1.0, -2.0, 0.3]), 0.7
    q = quat_about("z", np.float64(yaw)[None])
    there = motion.moved(shift, yaw)
    np.testing.assert_allclose(
        body.skin(there), quat_rotate(q, body.skin(motion).astype(float)) + shift, atol=1e-5
    )
    np.testing.assert_allclose(
        soles(there), quat_rotate(q, soles(motion).astype(float)) + shift, atol=1e-5
    )


def test_sole_corners_hang_on_their_joints(body):
    motion = posed()
    places, turns = motion.kinematics()
    np.testing.assert_allclose(turns, matrix_from_quat_chain(motion), atol=1e-5)
    j = list(body.sole_joints)
    expected = places[:, j, None] + np.einsum("tsij,skj->tski", turns[:, j], body.sole_points)
    np.testing.assert_allclose(soles(motion), expected, atol=1e-5)
    np.testing.assert_allclose(sole_heights(motion), expected[..., 2].min(-1), atol=1e-5)


def matrix_from_quat_chain(motion):
    turns = matrix_from_quat(motion.rotations.astype(float))
    for j, p in enumerate(SMPL24.parents):
        if p >= 0:
            turns[:, j] = turns[:, p] @ turns[:, j]
    return turns


def test_rising_on_the_toes_lifts_the_heel_and_keeps_the_toes_down():
    motion = still()
    rotations, up = motion.rotations.copy(), quat_about("x", np.array([0.5, -0.5]))
    rotations[:, SMPL24.index("left_ankle")], rotations[:, SMPL24.index("left_foot")] = up
    heel, toe, other_heel, _ = sole_heights(motion.replace(rotations=rotations))[0]
    assert heel > toe + 0.04
    assert other_heel == pytest.approx(0, abs=1e-6)


def test_a_motion_on_another_skeleton_is_refused(body):
    odd = Skeleton(SMPL24.names, SMPL24.parents, SMPL24.offsets * 1.2)
    motion = Motion(np.zeros((1, 3)), np.tile(REST, (1, 24, 1)), 30, odd)
    for ask in (body.skin, soles, sole_heights):
        with pytest.raises(FootlightsError, match="retarget"):
            ask(motion)
