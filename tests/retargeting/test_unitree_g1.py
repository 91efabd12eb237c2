"""The G1 dances: hinges within their limits, soles where they were planted, in a csv."""

import numpy as np
import pytest

from canaries import crossing_limbs, stepping
from footlights.cli import main
from footlights.formats import read, write
from footlights.formats.g1 import robot_tree
from footlights.geometry.capsules import closest_points
from footlights.metrics.transfer import transfer
from footlights.motion.motion import Motion
from footlights.retargeting.pose_transfer import retarget
from footlights.retargeting.unitree_g1 import link_capsules, onto_robot, robot_rig

DANCE = stepping(3.0)


@pytest.fixture(scope="module")
def danced() -> Motion:
    return onto_robot(DANCE)


def test_every_joint_is_a_hinge_within_its_limits(danced, tmp_path):
    said = write(danced, tmp_path / "a.csv")
    assert said == ["30 frames a second: note it, the file does not say"], (
        "nothing had to be held at a limit"
    )
    angles = np.loadtxt(tmp_path / "a.csv", delimiter=",")[:, 7:]
    low, high = robot_tree().limits.T
    assert (
        (angles >= low - 1e-6).all()
        and (angles <= high + 1e-6).all()
        and np.ptp(angles, axis=0).max() > 0.3
    )
    assert abs(read(tmp_path / "a.csv").positions - danced.positions).max() < 1e-5


def test_soles_stay_where_they_were_planted(danced):
    went = transfer(DANCE, danced, robot_rig())
    assert went.slide <= went.source_slide + 0.5
    assert went.limb_angle < 5
    soles = [
        danced.skeleton.index(name) for name in ("left_heel", "left_toe", "right_heel", "right_toe")
    ]
    free = retarget(DANCE, robot_rig())
    apart = np.linalg.norm(danced.positions - free.positions, axis=-1)[:, soles][
        DANCE.contacts > 0.5
    ]
    assert apart.max() < 0.01
    assert danced.positions[:, soles, 2].min() > -0.01


def test_it_faces_and_goes_where_the_dancer_does(danced):
    path, theirs = danced.root[:, :2] - danced.root[0, :2], DANCE.root[:, :2] - DANCE.root[0, :2]
    assert abs(path - robot_rig().size * theirs).max() < 0.1


def test_a_motion_of_the_robot_stays_as_it_is(danced):
    assert onto_robot(danced) is danced


def test_no_hinge_jumps_in_an_ordinary_dance(danced, tmp_path):
    write(danced, tmp_path / "a.csv")
    angles = np.loadtxt(tmp_path / "a.csv", delimiter=",")[:, 7:]
    assert abs(np.diff(angles, axis=0)).max() * DANCE.fps < 20, (
        "rad/s; the robot's motors turn at 20 to 37"
    )


def test_the_command_makes_a_csv_of_a_dance(tmp_path, capsys):
    write(DANCE, tmp_path / "dance.npz")
    assert main(["convert", str(tmp_path / "dance.npz"), str(tmp_path / "robot.csv")]) == 0
    assert "moved onto the Unitree G1" in capsys.readouterr().err
    assert len(read(tmp_path / "robot.csv")) == len(DANCE)


def depths_in_chest(motion: Motion) -> np.ndarray:
    """(T,) metres by which the deepest capsule of an arm is in that of the chest."""
    positions, world_rotations = motion.kinematics()
    capsules, depths = link_capsules(), np.full(len(motion), -np.inf)
    ends = positions[:, capsules.links, None] + np.einsum(
        "tcab,ckb->tcka", world_rotations[:, capsules.links], capsules.ends
    )
    for one, other in capsules.pairs:
        if motion.skeleton.names[capsules.links[one]] == "torso_link":
            near = closest_points(*ends[:, one].swapaxes(0, 1), *ends[:, other].swapaxes(0, 1))
            apart = np.linalg.norm(near[0] - near[1], axis=-1)
            depths = np.maximum(depths, capsules.radii[[one, other]].sum() - apart)
    return depths


def test_arms_stay_out_of_the_chest():
    assert depths_in_chest(onto_robot(DANCE)).max() < 0.005


@pytest.mark.parametrize("trifle", [0.0, 1e-6, -1e-6])
def test_arms_through_the_chest_are_brought_out_of_it(trifle):
    """In nearly all frames, whatever the last bits of the input are.

    An arm may leave the chest on either side. Which one is nearer in a frame can hang on the last
    bit of a number, so on the processor; between two sides it is in the chest for a frame or two.
    """
    crossing = crossing_limbs(DANCE.replace(rotations=DANCE.rotations + np.float32(trifle)))
    assert depths_in_chest(retarget(crossing, robot_rig())).min() > 0.07
    depths = depths_in_chest(onto_robot(crossing))
    assert np.median(depths) < 0.01 and np.percentile(depths, 90) < 0.04


def test_a_motion_on_its_links_but_off_its_hinges_is_brought_onto_them(tmp_path, danced):
    free = retarget(DANCE, robot_rig())
    again = onto_robot(free)
    assert robot_tree().turns_by_hinges(again.rotations)
    assert not robot_tree().turns_by_hinges(free.rotations)
    assert abs(again.positions - danced.positions).max() < 0.01


def test_a_held_pose_stands_still_from_the_first_frame():
    still = DANCE[40:41]
    held = still.replace(
        root=np.repeat(still.root, 20, axis=0),
        rotations=np.repeat(still.rotations, 20, axis=0),
        contacts=None,
    )
    assert np.linalg.norm(np.diff(onto_robot(held).positions, axis=0), axis=-1).max() < 5e-4
