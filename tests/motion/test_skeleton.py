"""Skeletons and kinematics: published values, finite differences, trees that cannot be."""

from pathlib import Path

import numpy as np
import pytest

from footlights.basics.errors import FootlightsError
from footlights.geometry.rotations import matrix_from_quat, quat_from_rotvec, quat_mul
from footlights.motion.skeleton import (
    SMPL24,
    SMPL_NAMES,
    SMPL_PARENTS,
    Skeleton,
    forward_kinematics,
    local_from_world,
)
from moving import TRIPOD

GOLDEN = Path(__file__).parents[1] / "golden" / "edge_rotations_fk.npz"


@pytest.fixture(params=["numpy", "torch"])
def array(request):
    if request.param == "numpy":
        return np.asarray
    return pytest.importorskip("torch", reason="torch is not installed").asarray


def poses(skeleton, frames=6, seed=0):
    rng = np.random.default_rng(seed)
    turns = rng.normal(0, 0.6, (frames, len(skeleton), 3))
    return rng.normal(size=(frames, 3)), turns


def places(skeleton, root, turns):
    return forward_kinematics(skeleton, root, matrix_from_quat(quat_from_rotvec(turns)))[0]


def test_N6_kinematics_as_published(array):
    golden = np.load(GOLDEN)
    skeleton = Skeleton(SMPL_NAMES, tuple(golden["smpl_parents"].tolist()), golden["smpl_offsets"])
    local = matrix_from_quat(quat_from_rotvec(array(golden["axis_angle"].astype(np.float64))))
    found, _ = forward_kinematics(skeleton, array(golden["root"].astype(np.float64)), local)
    assert np.allclose(np.asarray(found), golden["positions"], atol=2e-6)


def test_a_bent_elbow_by_hand():
    arm = Skeleton(("shoulder", "elbow", "hand"), (-1, 0, 1), [[0, 0, 0], [0.3, 0, 0], [0.2, 0, 0]])
    turns = np.zeros((1, 3, 3))
    turns[0, 1, 2] = np.pi / 2
    assert np.allclose(
        places(arm, np.array([[1.0, 2, 3]]), turns),
        [[[1, 2, 3], [1.3, 2, 3], [1.3, 2.2, 3]]],
        atol=1e-7,
    )


def test_the_rest_pose_stands_on_its_offsets():
    zeros = np.zeros((1, 24, 3))
    assert np.allclose(
        places(SMPL24, SMPL24.rest[:1].astype(np.float64), zeros)[0], SMPL24.rest, atol=1e-6
    )


@pytest.mark.parametrize("skeleton", [SMPL24, TRIPOD], ids=["body", "tripod"])
def test_a_small_turn_moves_what_hangs_below_as_a_lever_would(skeleton):
    """Finite differences: turning joint k by w about a world axis moves a joint below by w x
    (joint - joint k).
    """
    root, turns = poses(skeleton, frames=1)
    q = quat_from_rotvec(turns)
    before, world = forward_kinematics(skeleton, root, matrix_from_quat(q))
    step = 1e-6
    for k in range(len(skeleton)):
        for axis in np.eye(3):
            turned = q.copy()
            turned[:, k] = quat_mul(q[:, k], quat_from_rotvec(axis[None] * step))
            after = forward_kinematics(skeleton, root, matrix_from_quat(turned))[0]
            lever = np.cross((world[0, k] @ axis)[None], before[0] - before[0, k])
            below = np.array([k in chain(skeleton, j) for j in range(len(skeleton))])
            assert np.allclose((after - before)[0] / step, lever * below[:, None], atol=1e-5)


def chain(skeleton, joint):
    found = []
    while joint >= 0:
        found.append(joint)
        joint = skeleton.parents[joint]
    return found


def test_bones_never_change_length():
    root, turns = poses(SMPL24, frames=20, seed=1)
    found = places(SMPL24, root, turns)
    bones = np.linalg.norm(found[:, 1:] - found[:, list(SMPL_PARENTS[1:])], axis=-1)
    assert np.allclose(bones, np.linalg.norm(SMPL24.offsets[1:], axis=-1), atol=1e-6)


def test_world_rotations_and_back(array):
    root, turns = poses(SMPL24)
    local = matrix_from_quat(quat_from_rotvec(array(turns)))
    _, world = forward_kinematics(SMPL24, array(root), local)
    assert np.allclose(np.asarray(local_from_world(SMPL24, world)), np.asarray(local), atol=1e-12)


def test_leading_axes_do_not_matter():
    root, turns = poses(SMPL24, frames=6)
    one = places(SMPL24, root, turns)
    assert np.array_equal(
        places(SMPL24, root.reshape(2, 3, 3), turns.reshape(2, 3, 24, 3)).reshape(one.shape), one
    )


def test_the_house_body_faces_minus_y_with_its_left_at_plus_x():
    rest = dict(zip(SMPL24.names, SMPL24.rest, strict=True))
    assert rest["left_hip"][0] > 0 > rest["right_hip"][0]
    assert rest["left_foot"][1] < rest["left_ankle"][1]
    assert rest["head"][2] > rest["pelvis"][2] > rest["left_knee"][2] > rest["left_ankle"][2] > 0
    assert 0.7 < np.linalg.norm(SMPL24.offsets[[4, 7]], axis=-1).sum() < 0.95


def test_left_and_right_are_twins():
    swapped = SMPL24.swapped
    assert [SMPL24.names[swapped[j]] for j in (1, 2, 15)] == ["right_hip", "left_hip", "head"]
    assert all(swapped[swapped[j]] == j for j in range(24))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("LeftUpLeg", "RightUpLeg"),
        ("mixamorig:LeftArm", "mixamorig:RightArm"),
        ("lThigh", "rThigh"),
        ("lfemur", "rfemur"),
        ("Bip01 L Foot", "Bip01 R Foot"),
        ("CC_Base_L_Calf", "CC_Base_R_Calf"),
        ("thigh.L", "thigh.R"),
        ("thigh.L_end", "thigh.R_end"),
        ("upperarm_l", "upperarm_r"),
        ("left_hip_roll_link", "right_hip_roll_link"),
    ],
)
def test_twins_are_found_in_the_words_of_other_rigs(left, right):
    skeleton = Skeleton(("root", left, right, "lower"), (-1, 0, 0, 0), np.zeros((4, 3)))
    assert skeleton.swapped == (0, 2, 1, 3)


@pytest.mark.parametrize(
    ("names", "parents", "offsets"),
    [
        ((), (), np.zeros((0, 3))),
        (("a", "b"), (-1,), np.zeros((2, 3))),
        (("a", "b"), (-1, 1), np.zeros((2, 3))),
        (("a", "b"), (-1, -1), np.zeros((2, 3))),
        (("a", "b"), (1, 0), np.zeros((2, 3))),
        (("a",), (-1,), np.full((1, 3), np.nan)),
    ],
)
def test_a_tree_that_cannot_be_is_refused(names, parents, offsets):
    with pytest.raises(FootlightsError):
        Skeleton(names, parents, offsets)


def test_an_unknown_joint_is_answered_with_the_names():
    with pytest.raises(FootlightsError, match="b leg"):
        TRIPOD.index("tail")


def test_offsets_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        SMPL24.offsets[0] = 1


def test_a_name_beyond_the_last_character_becomes_one_that_can_be_written():
    beyond = np.array([0x1FFFFF, 65, 66], np.uint32).view("<U3")
    skeleton = Skeleton((beyond[0],), (-1,), np.zeros((1, 3)))
    assert skeleton.names[0].encode("utf-8").endswith(b"AB")
