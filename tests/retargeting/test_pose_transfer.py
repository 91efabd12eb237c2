"""Any skeleton onto the house body: rigs with a known answer come back as they were."""

import numpy as np
import pytest

import canaries
from footlights.formats import read, write
from footlights.geometry.rotations import (
    angle_between,
    normalize,
    quat_about,
    quat_from_matrix,
    quat_mul,
)
from footlights.motion.body import sole_heights
from footlights.motion.motion import Motion
from footlights.motion.skeleton import SMPL24, SMPL_NAMES, Skeleton
from footlights.retargeting.fidelity import fidelity
from footlights.retargeting.joint_names import joint_map
from footlights.retargeting.pose_transfer import on_house_skeleton, retarget
from moving import swaying
from rigs import any_axes, foreign, rest_pose_axes

A_POSE = rest_pose_axes(left_shoulder=(0, 0.9, 0), right_shoulder=(0, -0.9, 0))
ARMS_UP = rest_pose_axes(left_shoulder=(0, -1.5, 0), right_shoulder=(0, 1.5, 0))
LEGS_UP = rest_pose_axes(left_hip=(3.1, 0, 0), right_hip=(3.1, 0, 0), spine1=(0.5, 0, 0))


@pytest.fixture(scope="module")
def dance() -> Motion:
    return canaries.stepping(6.0)


def degrees_apart(a: Motion, b: Motion) -> np.ndarray:
    """(24,) mean angle between the joints' turns in the world."""
    turns = [quat_from_matrix(m.kinematics()[1].astype(np.float64)) for m in (a, b)]
    return np.degrees(angle_between(*turns)).mean(0)


def test_a_clip_on_the_house_skeleton_stays_as_it_is_and_any_other_is_moved_onto_it(dance):
    assert on_house_skeleton(dance) is dance
    assert on_house_skeleton(foreign(dance, "cmu", 1.8)).skeleton == SMPL24


@pytest.mark.parametrize("scale", [0.7, 1.0, 1.8])
def test_a_rig_of_another_size_gives_back_the_dance(dance, scale):
    result = retarget(foreign(dance, "cmu", scale))
    assert np.abs(result.positions - dance.positions).max() < 0.02
    assert degrees_apart(result, dance).max() < 3


@pytest.mark.parametrize("frames", [A_POSE, ARMS_UP, LEGS_UP, any_axes(1), any_axes(2)])
def test_the_rest_pose_and_axes_of_a_rig_do_not_matter(dance, frames):
    result = retarget(foreign(dance, "motion builder", 1.3, frames))
    limbs = [
        SMPL24.index(f"{s}_{n}")
        for s in ("left", "right")
        for n in ("hip", "knee", "shoulder", "elbow", "ankle")
    ]
    assert degrees_apart(result, dance)[limbs].max() < 3
    assert degrees_apart(result, dance).max() < 8
    assert np.abs(result.positions - dance.positions).mean() < 0.01


def test_a_robot_without_head_collars_and_toes_dances(dance):
    sided = [f"{side}_{part}" for side in ("left", "right") for part in ("collar", "foot", "hand")]
    result = retarget(foreign(dance, "poser", 0.7, without=("neck", "head", *sided)))

    limbs = [
        SMPL24.index(f"{s}_{n}")
        for s in ("left", "right")
        for n in ("hip", "knee", "shoulder", "elbow")
    ]
    assert degrees_apart(result, dance)[limbs].max() < 3
    _, world_rotations = result.kinematics()
    head, chest = (world_rotations[:, SMPL24.index(name)] for name in ("head", "spine3"))
    assert np.abs(head - chest).max() < 0.02


def other_proportions(motion: Motion) -> Motion:
    """The same rotations on long shins, short thighs, wide hips and long arms; feet still."""
    factors = np.ones(24)
    for side in ("left", "right"):
        for part, factor in (
            ("knee", 0.9),
            ("ankle", 1.1),
            ("hip", 1.25),
            ("elbow", 1.15),
            ("wrist", 1.1),
            ("collar", 1.2),
        ):
            factors[SMPL24.index(f"{side}_{part}")] = factor
    skeleton = Skeleton(SMPL24.names, SMPL24.parents, SMPL24.offsets * factors[:, None])
    changed = Motion(motion.root, motion.rotations, motion.fps, skeleton)

    # The root is moved so that the left foot stands where it stood.
    stands = motion.contacts[:, :2].all(1)
    drift = (changed.positions - motion.positions)[:, SMPL24.index("left_ankle")]
    at = np.flatnonzero(stands)
    shift = np.stack([np.interp(np.arange(len(motion)), at, drift[at, k]) for k in range(3)], 1)
    return changed.replace(root=changed.root - shift)


def test_other_proportions_keep_limb_directions_and_standing_feet(dance):
    source = other_proportions(dance)
    result = retarget(source)
    truth = fidelity(source, result, _scale(source))
    assert truth.direction_error < 5 and truth.joint_error < 0.04
    assert truth.slide - truth.slide_source < 0.01
    assert np.percentile(sole_heights(result) - np.median(sole_heights(result).min(1)), 1) > -0.02


def _scale(source: Motion) -> float:
    from footlights.retargeting.observed_motion import observe

    return observe(source, joint_map(source.skeleton), SMPL24).scale


def test_knees_do_not_bend_backwards(dance):
    spoiled = dance.rotations.copy()
    for name in ("left_knee", "right_knee"):
        j = SMPL24.index(name)
        spoiled[:, j] = quat_mul(
            spoiled[:, j].astype(np.float64), quat_about("x", np.full(len(dance), -0.5))
        )
    result = retarget(foreign(dance.replace(rotations=spoiled), "xsens"))
    knees = result.rotations[:, [SMPL24.index("left_knee"), SMPL24.index("right_knee")]]
    assert np.degrees(2 * np.arcsin(np.clip(knees[..., 1], -1, 1))).min() > -3


@pytest.mark.parametrize("joint", ["wrist", "elbow"])
def test_a_forearms_twist_is_shared_by_elbow_and_wrist(dance, joint):
    turned = dance.rotations.copy()
    sway = 1.9 * np.sin(np.arange(len(dance)) / 20)
    for side in ("left", "right"):
        j = SMPL24.index(f"{side}_{joint}")
        turned[:, j] = quat_mul(turned[:, j].astype(np.float64), quat_about("x", sway))
    result = retarget(foreign(dance.replace(rotations=turned), "cmu"))
    halves = []
    for name in ("left_elbow", "left_wrist"):
        q = result.rotations[:, SMPL24.index(name)]
        halves.append(2 * np.arctan2(q[:, 1], q[:, 0]))
    halves = (np.array(halves) + np.pi) % (2 * np.pi) - np.pi
    # How a hand lies on its forearm when nothing twists is not in the file: the mean is taken for
    # that.
    wanted = (sway - sway.mean()) / 2
    assert np.abs(halves - halves.mean(1, keepdims=True) - wanted).max() < 0.25


def test_the_same_file_gives_the_same_bytes_and_keeps_rate_and_facts(dance):
    rig = foreign(dance, "blender", 1.1, any_axes(3)).replace(meta={"file": "x"})
    first, second = retarget(rig), retarget(rig)
    assert (
        first.rotations.tobytes() == second.rotations.tobytes()
        and first.root.tobytes() == second.root.tobytes()
    )
    assert first.fps == dance.fps and dict(first.meta) == {"file": "x"} and first.skeleton is SMPL24


def test_one_frame_can_be_retargeted(dance):
    assert len(retarget(foreign(dance[:1], "biped"))) == 1


def test_a_raised_heel_bends_the_toes_instead_of_the_floor(dance):
    tipped = dance.rotations.copy()
    places, _ = dance.kinematics()
    lift = np.clip(np.sin(np.arange(len(dance)) / 10), 0, 1) * 0.6
    for side in ("left", "right"):
        ankle = SMPL24.index(f"{side}_ankle")
        tipped[:, ankle] = quat_mul(tipped[:, ankle].astype(np.float64), quat_about("x", lift))
    raised = dance.replace(rotations=tipped)
    ball = (
        raised.positions[:, SMPL24.index("left_foot"), 2] - places[:, SMPL24.index("left_foot"), 2]
    )
    raised = raised.replace(root=raised.root - np.stack([0 * ball, 0 * ball, ball], 1))
    result = retarget(foreign(raised, "cmu"))
    toes = result.kinematics()[1][:, SMPL24.index("left_foot")]
    assert np.degrees(np.arcsin(toes[:, 2, 1])).max() < 12


def test_a_foot_recorded_too_high_locks_no_knee():
    """A pelvis held askew lifts the right foot: brought down to the floor, its leg stays bent."""
    frames, bend, askew = 120, 0.3, 0.14
    rotations = np.tile([1.0, 0, 0, 0], (frames, 24, 1))
    rotations[:, 0] = quat_about("y", np.full(frames, askew))
    for side in ("left", "right"):
        for name, turn in (("hip", -bend / 2), ("knee", bend), ("ankle", -bend / 2)):
            rotations[:, SMPL24.index(f"{side}_{name}")] = quat_about("x", np.full(frames, turn))
        hip = SMPL24.index(f"{side}_hip")
        rotations[:, hip] = quat_mul(quat_about("y", np.full(frames, -askew)), rotations[:, hip])
    root = np.tile(SMPL24.rest[0], (frames, 1)) + np.stack(
        [0.02 * np.sin(np.arange(frames) / 8)] + [np.zeros(frames)] * 2, 1
    )
    standing = Motion(root, rotations, 30.0)
    heights = standing.positions[0, [SMPL24.index("left_ankle"), SMPL24.index("right_ankle")], 2]
    assert heights[1] - heights[0] > 0.02
    assert np.median(_right_knee(retarget(foreign(standing, "mixamo")).positions)) > 8


def _right_knee(places: np.ndarray) -> np.ndarray:
    """(T,) degrees that the right knee is bent, of joint places (T, 24, 3)."""
    thigh, shin = normalize(places[:, 5] - places[:, 2]), normalize(places[:, 8] - places[:, 5])
    return np.degrees(np.arccos(np.clip(np.sum(thigh * shin, axis=1), -1, 1)))


def test_N4_our_own_bvh_comes_back_as_it_was(tmp_path):
    """Its End Sites are left out and the body is ours: nothing is solved anew."""
    motion = swaying(1.0)
    write(motion, tmp_path / "a.bvh")
    back = read(tmp_path / "a.bvh")
    assert back.skeleton == SMPL24
    assert abs(retarget(back).positions - motion.positions).max() < 1e-5


def test_a_root_bone_above_the_pelvis_is_not_lost():
    """SMPL's names below a bone that turns and lies elsewhere, as programs export them."""
    motion = swaying(1.0)
    count = len(motion)
    offsets = SMPL24.offsets.astype(np.float64)
    offsets[0] = (0, 0, 0.4)
    above = Skeleton(
        ("Armature", *SMPL_NAMES),
        (-1, *(p + 1 for p in SMPL24.parents)),
        np.concatenate([np.zeros((1, 3)), offsets]),
    )
    turn = quat_about("z", np.full(count, 0.7))
    rotations = np.concatenate([turn[:, None], motion.rotations], axis=1)
    below = Motion(motion.root - [0, 0, 0.4], rotations, motion.fps, above)
    back, wanted = retarget(below), below.positions[:, 1:]
    assert abs(back.positions - wanted).max() < 1e-5
