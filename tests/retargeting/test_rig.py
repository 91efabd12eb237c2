"""A dance on any character: every kind of rig is understood, feet and limbs do as they did."""

from itertools import pairwise

import numpy as np
import pytest

import canaries
from characters import CHARACTERS, body, metahuman, mixamo, named, rig
from footlights.basics.errors import FootlightsError
from footlights.geometry.rotations import angle_between, quat_about, quat_from_matrix, quat_mul
from footlights.metrics.transfer import transfer
from footlights.motion.motion import Motion
from footlights.motion.skeleton import SMPL24, SMPL_NAMES, Skeleton
from footlights.retargeting.pose_transfer import retarget
from footlights.retargeting.rig import Rig, house_rig
from footlights.retargeting.twist import swing_and_twist
from rigs import any_axes, foreign, names_in, rest_pose_axes


@pytest.fixture(scope="module")
def dance() -> Motion:
    """Side steps with turning hips, nodding head, bending back and twisting forearms."""
    clip = canaries.stepping(6.0)
    turned = clip.rotations.astype(np.float64)
    at = np.arange(len(clip)) / clip.fps
    for name, axis, size in (
        ("spine1", "x", 0.2), ("spine2", "z", 0.3), ("spine3", "y", 0.2),
        ("neck", "x", 0.3), ("head", "z", 0.4),
        ("left_wrist", "x", 0.9), ("right_elbow", "x", 0.8), ("left_collar", "y", 0.1),
    ):  # fmt: skip
        j = SMPL24.index(name)
        turned[:, j] = quat_mul(turned[:, j], quat_about(axis, size * np.sin(2.2 * at + j)))
    return clip.replace(rotations=turned)


@pytest.mark.parametrize("name", CHARACTERS)
def test_feet_stay_planted_and_limbs_point_as_they_did_on_every_character(dance, name):
    character = Rig.of(CHARACTERS[name]())
    result = retarget(dance, character)
    figures = transfer(dance, result, character)
    assert figures.slide < figures.source_slide + 0.5
    assert figures.bone_angle < 2.5 and figures.limb_angle < 5
    assert figures.shared_contacts > 0.97 and figures.deepest_sole < 0.01
    assert np.array_equal(result.contacts, dance.contacts) and result.skeleton is character.skeleton


@pytest.mark.parametrize("size", [0.3, 0.6, 2.5])
def test_a_child_and_a_giant_stride_in_proportion(dance, size):
    skeleton = Skeleton(SMPL24.names, SMPL24.parents, SMPL24.offsets * size)
    result = retarget(dance, skeleton)
    assert np.abs(result.positions - size * dance.positions).max() < 0.01 * size


def test_a_giant_slips_no_farther_than_the_dancer(dance):
    skating = canaries.skating(dance, 0.08)
    giant = Rig.of(Skeleton(SMPL24.names, SMPL24.parents, SMPL24.offsets * 2.5))
    figures = transfer(skating, retarget(skating, giant), giant)
    assert figures.slide < figures.source_slide + 0.5


def test_a_rig_of_our_proportions_gives_the_dance_back(dance):
    character = Rig.of(rig_of(0.8))
    there = retarget(dance, character)
    back = retarget(there, alignment=character.alignment)
    mapped = [SMPL_NAMES.index(name) for name in character.joints if not name.endswith("hand")]
    apart = np.linalg.norm(back.positions - dance.positions, axis=-1)[:, mapped]
    lift = np.median(back.positions[..., 2] - dance.positions[..., 2])
    assert apart.mean() < 0.01 and abs(lift) < 0.005


def rig_of(down: float) -> Skeleton:
    """Our own proportions under another name and in A-pose."""
    return rig(named(body(1.0, down), names_in("mixamo")))


def test_rest_pose_and_axes_do_not_matter(dance):
    a_pose, t_pose = (retarget(dance, rig_of(down)) for down in (0.9, 0.0))
    assert np.abs(a_pose.positions - t_pose.positions).max() < 0.002


def test_a_file_whose_zero_pose_is_a_bundle_is_understood_by_its_clip(dance):
    recorded = foreign(dance, "cmu", 1.0, any_axes(4))
    with pytest.raises(FootlightsError, match="does not stand"):
        Rig.of(recorded.skeleton)
    character = Rig.of(recorded.skeleton, clip=recorded)
    result = retarget(dance, character)
    assert np.abs(result.positions - recorded.positions).mean() < 0.015


def test_knees_and_elbows_never_bend_backwards(dance):
    for name in CHARACTERS:
        character = Rig.of(CHARACTERS[name]())
        _, world = retarget(dance, character).kinematics()
        for middle, upper, hinge in (("knee", "hip", (1, 0, 0)), ("elbow", "shoulder", (0, 0, -1))):
            above, below = (
                world[:, character.joints[f"left_{n}"]] @ character.alignment[f"left_{n}"]
                for n in (upper, middle)
            )
            local = np.swapaxes(above, -1, -2) @ below
            _, bend = swing_and_twist(local.astype(np.float64), np.array(hinge, float))
            assert np.degrees(bend).min() > -3, (name, middle)


def test_twist_bones_take_their_share_and_forearms_are_not_wrung(dance):
    skeleton = metahuman()
    result = retarget(dance, skeleton)
    angles = {}
    for name in ("lowerarm_twist_01_l", "lowerarm_twist_02_l"):
        turned = result.rotations[:, skeleton.index(name)].astype(np.float64)
        angles[name] = 2 * np.arctan2(np.linalg.norm(turned[:, 1:], axis=-1), np.abs(turned[:, 0]))
    assert angles["lowerarm_twist_02_l"].max() > 0.1
    assert np.allclose(2 * angles["lowerarm_twist_01_l"], angles["lowerarm_twist_02_l"], atol=1e-3)
    assert angles["lowerarm_twist_02_l"].max() < np.radians(75) * 2 / 3 + 1e-3


def test_extra_spine_bones_share_the_bend_evenly(dance):
    skeleton = metahuman()
    rotations = retarget(dance, skeleton).rotations.astype(np.float64)
    straight = np.array([1.0, 0, 0, 0])
    first, second = (
        angle_between(rotations[:, skeleton.index(f"spine_0{n}")], straight) for n in (2, 3)
    )
    assert np.abs(first - second).max() < 0.02 and first.max() > 0.03


def test_a_root_on_the_floor_travels_without_turning(dance):
    result = retarget(dance, metahuman())
    assert np.allclose(result.rotations[:, 0], [1, 0, 0, 0], atol=1e-6)


def test_fingers_keep_their_rest_pose(dance):
    result = retarget(dance, mixamo())
    fingers = [j for j, name in enumerate(result.skeleton.names) if "Index" in name]
    assert np.allclose(result.rotations[:, fingers], [1, 0, 0, 0], atol=1e-5)


def test_any_rig_dances_what_any_other_recorded(dance):
    recorded = foreign(
        dance, "xsens", 1.2, rest_pose_axes(left_shoulder=(0, 0.9, 0), right_shoulder=(0, -0.9, 0))
    )
    result = retarget(recorded, rig_of(0.5))
    assert np.abs(result.positions - retarget(dance, rig_of(0.5)).positions).mean() < 0.015


def test_the_house_is_a_rig_that_is_its_own_proxy(dance):
    turns = dance.kinematics()[1]
    same = house_rig().to_motion(dance.root, turns, dance)
    assert np.abs(same.positions - dance.positions).max() < 1e-4
    assert (
        angle_between(quat_from_matrix(turns), quat_from_matrix(same.kinematics()[1])).max() < 1e-3
    )


@pytest.mark.parametrize("thick", [0.0, 0.04])
def test_soles_are_as_thick_as_the_character_has_them(dance, thick):
    places = {name: place + np.array([0, 0, thick]) for name, place in body().items()}
    raised = Rig.of(rig(named(places, names_in("mixamo"))))
    result = retarget(dance, raised)
    lowest = result.positions[:, raised.joints["left_foot"], 2].min()
    assert lowest == pytest.approx(SMPL24.rest[SMPL24.index("left_foot"), 2] + thick, abs=0.004)


def test_a_rig_whose_origin_is_at_its_hips_stands_on_the_floor_all_the_same(dance):
    places = {name: place - [0, 0, 0.9] for name, place in body().items()}
    sunk = Rig.of(rig(named(places, names_in("mixamo"))))
    lowest = retarget(dance, sunk).positions[:, sunk.joints["left_foot"], 2].min()
    assert lowest == pytest.approx(SMPL24.rest[SMPL24.index("left_foot"), 2], abs=0.004)


def test_a_rig_without_legs_is_refused_in_one_line():
    bones = {
        n: (None if n == "pelvis" else "pelvis", p)
        for n, p in body().items()
        if "knee" not in n and "ankle" not in n
    }
    with pytest.raises(FootlightsError, match="left_knee") as problem:
        Rig.of(rig(bones))
    assert "\n" not in str(problem.value)


def test_a_rig_that_lies_on_its_back_is_refused():
    lying = SMPL24.offsets[:, [0, 2, 1]] * np.array([1, -1, 1], np.float32)
    with pytest.raises(FootlightsError, match="does not stand"):
        Rig.of(Skeleton(SMPL24.names, SMPL24.parents, lying))


def test_a_source_of_one_spine_bone_and_no_neck_bends_ours_evenly():
    """A dancer who bows evenly goes to few bones and back: its spine bends evenly, if less far."""
    clip = canaries.stepping(2.0)
    turned = clip.rotations.astype(np.float64)
    bow = quat_about("x", 0.25 * np.sin(np.linspace(0, np.pi, len(clip))))
    for name in ("spine1", "spine2", "spine3"):
        turned[:, SMPL24.index(name)] = bow
    clip = clip.replace(rotations=turned)

    cartoon = CHARACTERS["cartoon"]()
    names = {name: cartoon.names[j] for name, j in Rig.of(cartoon).joints.items()}
    few = Rig.of(rig(named(body(1.0, 1.2), names)))
    back = retarget(retarget(clip, few), alignment=few.alignment)

    moved = [motion.positions - motion.positions[:, :1] for motion in (back, clip)]
    apart = {
        name: float(np.linalg.norm((moved[0] - moved[1])[:, SMPL24.index(name)], axis=-1).max())
        for name in SMPL_NAMES
    }
    assert apart["spine3"] < 0.055 and apart["head"] < 0.12

    world = back.kinematics()[1].astype(np.float64)[len(clip) // 2]
    spine = [
        quat_from_matrix(world[SMPL24.index(name)])
        for name in ("pelvis", "spine1", "spine2", "spine3")
    ]
    bends = np.array([np.degrees(angle_between(low, high)) for low, high in pairwise(spine)])
    assert np.ptp(bends) < 0.1 and bends.min() > 7, "each bone bends as far as the one below"
