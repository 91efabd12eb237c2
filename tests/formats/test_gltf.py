"""Reading glTF, VRM and VRMA: joints stand right, whatever nodes, sizes and keys lead there."""

import json

import numpy as np
import pytest

from footlights.basics.errors import FootlightsError
from footlights.formats import read, write
from footlights.formats.gltf import Gltf
from footlights.geometry.rotations import quat_from_rotvec
from footlights.motion.motion import Motion
from footlights.motion.skeleton import SMPL24, Skeleton
from footlights.retargeting.joint_names import joint_map
from gltf_rigs import UPRIGHT, VRM_NAMES, Maker, armature, put, vrm
from moving import TRIPOD, swaying


def apart(back: Motion, motion: Motion) -> float:
    """Largest distance of any joint in any frame, joints in the same order."""
    assert len(back) == len(motion) and back.fps == motion.fps
    return float(abs(back.positions - motion.positions).max())


@pytest.mark.parametrize("skeleton", [SMPL24, TRIPOD], ids=["house", "tripod"])
@pytest.mark.parametrize("fps", [30.0, 59.94])
def test_N4_what_footlights_wrote_comes_back(tmp_path, skeleton, fps):
    motion = swaying(1.5, fps, skeleton)
    write(motion, tmp_path / "a.glb")
    back = read(tmp_path / "a.glb")
    assert apart(back, motion) < 1e-5
    assert back.skeleton == skeleton
    assert abs(abs((back.rotations * motion.rotations).sum(-1)) - 1).max() < 1e-6


def test_N4_late_keys_of_a_long_dance_are_met_exactly(tmp_path):
    """After minutes a float32 second is no longer that of the frame.

    Every joint would be a little between two keys.
    """
    motion = swaying(0.5, 120.0)
    late = armature(motion, 1.0, UPRIGHT)
    times = late.add((np.arange(len(motion)) / 120 + 900).astype(np.float32))
    for sampler in late.document["animations"][0]["samplers"]:
        sampler["input"] = times
    late.document["asset"] |= {"generator": "footlights", "extras": {"fps": 120}}
    assert apart(read(put(tmp_path / "a.glb", late.glb())), motion) < 1e-4


def test_a_rig_in_centimetres_below_a_turned_armature_stands_in_metres(tmp_path):
    motion = swaying(1.0)
    back = read(put(tmp_path / "a.glb", armature(motion, 0.01, UPRIGHT).glb()))
    assert back.skeleton.names == SMPL24.names
    assert apart(back, motion) < 1e-4
    assert "30 frames a second by the distance of the keys" in back.meta["notes"]


def test_the_rest_pose_is_that_of_the_still_nodes(tmp_path):
    """A rig that stands with one leg aside has it aside in its skeleton, and moves the same."""
    motion = swaying(0.5)
    rig = armature(motion, 1.0, UPRIGHT)
    rig.document["nodes"][1 + SMPL24.index("left_hip")]["rotation"] = [
        0,
        np.sin(-0.4),
        0,
        np.cos(-0.4),
    ]
    back = read(put(tmp_path / "a.glb", rig.glb()))
    leg = (
        back.skeleton.rest[SMPL24.index("left_knee")] - back.skeleton.rest[SMPL24.index("left_hip")]
    )
    assert np.arctan2(leg[0], -leg[2]) == pytest.approx(0.8, abs=1e-4)
    assert apart(back, motion) < 1e-4


def test_a_path_on_the_hips_below_a_still_root_is_the_roots(tmp_path):
    motion = swaying(1.0)
    names = ("root", *SMPL24.names)
    skeleton = Skeleton(
        names, (-1, *(p + 1 for p in SMPL24.parents)), np.vstack([np.zeros(3), SMPL24.offsets])
    )
    still = np.tile(np.float32([1, 0, 0, 0]), (len(motion), 1, 1))
    rotations = np.concatenate([still, motion.rotations], 1)
    rig = armature(Motion(np.zeros((len(motion), 3)), rotations, 30, skeleton), 1.0, UPRIGHT)
    rig.key(2, "translation", 0, motion.root)
    back = read(put(tmp_path / "a.glb", rig.glb()))
    assert back.skeleton.names == SMPL24.names and apart(back, motion) < 1e-4
    assert "pelvis carries the path" in " ".join(back.meta["notes"])


@pytest.mark.parametrize("version", [0, 1, 2], ids=["VRM 0", "VRM 1", "VRMA"])
def test_a_vrm_bone_map_names_the_joints(tmp_path, version):
    motion = swaying(0.5)
    back = read(put(tmp_path / ("a.vrma" if version == 2 else "a.vrm"), vrm(motion, version).glb()))
    joint_of = joint_map(back.skeleton)
    for ours, bone in VRM_NAMES.items():
        assert back.skeleton.names[joint_of[ours]] == bone
        assert (
            abs(back.positions[:, joint_of[ours]] - motion.positions[:, SMPL24.index(ours)]).max()
            < 1e-4
        )


def test_a_text_file_with_its_numbers_inside_is_read(tmp_path):
    motion = swaying(0.5)
    back = read(put(tmp_path / "a.gltf", armature(motion, 1.0, UPRIGHT, skin=False).gltf()))
    assert apart(back, motion) < 1e-4


def test_the_glTF_world_is_y_up_even_when_told_otherwise_by_nobody(tmp_path):
    path = put(tmp_path / "a.glb", armature(swaying(0.3), 1.0, (0, 0, 0, 1)).glb())
    assert read(path).positions[..., 2].max() > 1.4, "legs along z are seen"
    assert read(path, up="y").positions[..., 2].max() < 1.2, "an order is an order"


def turning(
    way: str, values: np.ndarray, times: tuple = (0.0, 1.0), normalized: bool = False
) -> Maker:
    rig = Maker([{"name": "base", "children": [1]}, {"name": "tip", "translation": [0, 1, 0]}])
    rig.document["asset"] |= {"generator": "footlights test", "extras": {"fps": 4}}
    index = rig.add(np.array(times, np.float32))
    rig.key(0, "rotation", index, values, way, normalized)
    rig.key(1, "rotation", index, np.tile(np.float32([0, 0, 0, 1]), (len(times), 1)))
    return rig


def angles(path) -> np.ndarray:
    """Degrees by which the tip has turned about the file's z."""
    tip = read(path, unit=1.0).positions[:, 1]
    return np.degrees(np.arctan2(-tip[:, 0], tip[:, 2]))


def test_values_between_keys_are_those_of_the_format(tmp_path):
    quarter = quat_from_rotvec(np.array([[0, 0, 0], [0, 0, np.pi / 2]]))[:, [1, 2, 3, 0]].astype(
        np.float32
    )
    assert np.allclose(
        angles(put(tmp_path / "l.glb", turning("LINEAR", quarter).glb())),
        [0, 22.5, 45, 67.5, 90],
        atol=1e-3,
    )
    assert np.allclose(
        angles(put(tmp_path / "s.glb", turning("STEP", quarter).glb())), [0, 0, 0, 0, 90], atol=1e-3
    )
    smooth = np.zeros((6, 4), np.float32)
    smooth[[1, 4]] = quarter
    expected = [
        np.degrees(2 * np.arctan2(s * quarter[1, 2], 1 - s + s * quarter[1, 3]))
        for s in (0, 5 / 32, 0.5, 27 / 32, 1)
    ]
    assert np.allclose(
        angles(put(tmp_path / "c.glb", turning("CUBICSPLINE", smooth).glb())), expected, atol=1e-3
    )
    whole = np.round(quarter * 32767).astype(np.int16)
    assert np.allclose(
        angles(put(tmp_path / "n.glb", turning("LINEAR", whole, normalized=True).glb())),
        [0, 22.5, 45, 67.5, 90],
        atol=0.01,
    )


def test_rates_are_told_by_the_keys_and_sparse_keys_are_sampled(tmp_path):
    def rate(times: np.ndarray) -> tuple[float, int]:
        rig = turning("LINEAR", np.tile(np.float32([0, 0, 0, 1]), (len(times), 1)), times)
        rig.document["asset"] = {"version": "2.0"}
        motion = read(put(tmp_path / "r.glb", rig.glb()), unit=1.0)
        return motion.fps, len(motion)

    assert rate(np.arange(100) / 60 + 1 / 60) == (60.0, 100)
    assert rate(np.arange(31) / 29.97)[0] == pytest.approx(29.97, rel=1e-4)
    assert rate(np.array([0, 1, 2, 5, 6, 9, 10, 11]) / 24) == (24.0, 12)
    assert rate(np.array([0.0, 2.0])) == (30.0, 61)


def test_a_stated_rate_renames_the_keys(tmp_path):
    path = put(tmp_path / "a.glb", armature(swaying(1.0), 1.0, UPRIGHT).glb())
    assert read(path, fps=60).fps == 60 and len(read(path, fps=60)) == len(read(path))


def test_a_wrong_unit_is_found_and_said(tmp_path):
    motion = swaying(0.3)
    back = read(put(tmp_path / "a.glb", armature(motion, 1.0, UPRIGHT).glb()), unit=0.5)
    assert abs(back.positions - motion.positions / 2).max() < 1e-4
    rig = armature(motion, 1.0, UPRIGHT)
    rig.document["nodes"][0]["scale"] = [100.0] * 3
    back = read(put(tmp_path / "b.glb", rig.glb()))
    assert apart(back, motion) < 1e-3 and "centimetres" in " ".join(back.meta["notes"])


def altered(change) -> bytes:
    rig = armature(swaying(0.2), 1.0, UPRIGHT)
    change(rig.document)
    return rig.glb()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda d: d.update(animations=[]), "holds no animation"),
        (lambda d: d["nodes"][3].update(scale=[-1, 1, 1]), "mirrored"),
        (lambda d: d["nodes"][5].update(children=[1]), "two parents"),
        (lambda d: d["accessors"][0].update(sparse={}), "sparse"),
        (lambda d: d["accessors"][0].update(count=10**9), "more than"),
        (lambda d: d["accessors"][0].update(count=10**5), "larger than its view"),
        (lambda d: d["accessors"][1].update(bufferView=-1), "whole number"),
        (lambda d: d["asset"].update(version="1.0"), "version 2"),
        (lambda d: d["nodes"][2].update(rotation=[0, 0, 0, 0]), "length zero"),
        (lambda d: d["nodes"][2].update(translation=[0, 0, float("inf")]), "finite"),
    ],
)
def test_what_is_wrong_is_said(tmp_path, change, says):
    with pytest.raises(FootlightsError, match=says):
        read(put(tmp_path / "a.glb", altered(change)))


@pytest.mark.parametrize(
    "uri", ["secret.bin", "file:///etc/passwd", "http://127.0.0.1/x.bin", "../secret.bin"]
)
def test_S1_numbers_in_another_file_are_never_fetched(tmp_path, uri):
    (tmp_path / "secret.bin").write_bytes(bytes(100_000))
    with pytest.raises(FootlightsError, match="another file"):
        read(put(tmp_path / "a.gltf", armature(swaying(0.2)).gltf(uri)))


def test_a_character_that_does_not_move_is_refused(tmp_path):
    path = put(tmp_path / "a.gltf", json.dumps({"asset": {"version": "2.0"}}).encode())
    with pytest.raises(FootlightsError, match="no animation"):
        read(path)


def test_N4_a_vrma_of_ours_is_the_same_dance_under_vrms_names(tmp_path):
    motion = swaying(1.0, 60.0)
    assert write(motion, tmp_path / "a.vrma") == []
    back = read(tmp_path / "a.vrma")
    assert back.fps == 60 and back.skeleton.names[0] == "hips"
    joint_of = joint_map(back.skeleton)
    for ours, bone in VRM_NAMES.items():
        assert back.skeleton.names[joint_of[ours]] == bone
        assert (
            abs(back.positions[:, joint_of[ours]] - motion.positions[:, SMPL24.index(ours)]).max()
            < 1e-5
        )


def test_a_vrma_says_what_players_look_for(tmp_path):
    write(swaying(0.2), tmp_path / "a.vrma")
    document = Gltf(tmp_path / "a.vrma").document
    assert document["extensionsUsed"] == ["VRMC_vrm_animation"]
    extension = document["extensions"]["VRMC_vrm_animation"]
    assert extension["specVersion"] == "1.0" and set(VRM_NAMES.values()) == set(
        extension["humanoid"]["humanBones"]
    )
    moved = {
        c["target"]["path"]
        for c in document["animations"][0]["channels"]
        if c["target"]["node"] != 0
    }
    assert moved == {"rotation"}, "only the hips may be moved"


def test_a_vrma_of_another_skeleton_is_refused(tmp_path):
    with pytest.raises(FootlightsError, match="retarget it first"):
        write(swaying(0.2, skeleton=TRIPOD), tmp_path / "a.vrma")
