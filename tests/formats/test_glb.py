"""GLB files, parsed by their own rules: what a viewer would compute is what the house means."""

import json
import struct

import numpy as np
import pytest

from footlights.basics.errors import FootlightsError
from footlights.formats import glb
from footlights.geometry.rotations import matrix_from_quat
from footlights.motion.body import Body
from footlights.motion.motion import Motion
from footlights.motion.skeleton import SMPL24, Skeleton
from gltf_rigs import to_house
from moving import TRIPOD, swaying

_TYPES = {5121: np.uint8, 5123: np.uint16, 5125: np.uint32, 5126: np.float32}
_WIDTHS = {"SCALAR": 1, "VEC3": 3, "VEC4": 4, "MAT4": 16}


def parse(data: bytes) -> tuple[dict, list[np.ndarray]]:
    """The JSON document and every accessor's numbers (N, width) of a GLB file."""
    magic, version, length = struct.unpack_from("<4sII", data)
    assert (magic, version, length) == (b"glTF", 2, len(data))
    size, kind = struct.unpack_from("<I4s", data, 12)
    document = json.loads(data[20 : 20 + size])
    binary_size, binary_kind = struct.unpack_from("<I4s", data, 20 + size)
    assert (kind, binary_kind, size % 4, binary_size % 4) == (b"JSON", b"BIN\0", 0, 0)
    binary = data[28 + size :]
    assert len(binary) == binary_size == document["buffers"][0]["byteLength"]
    arrays = []
    for accessor in document["accessors"]:
        view = document["bufferViews"][accessor["bufferView"]]
        assert view["byteOffset"] % 4 == 0
        part = binary[view["byteOffset"] : view["byteOffset"] + view["byteLength"]]
        arrays.append(
            np.frombuffer(part, _TYPES[accessor["componentType"]]).reshape(
                accessor["count"], _WIDTHS[accessor["type"]]
            )
        )
    return document, arrays


def world_matrices(document: dict, arrays: list[np.ndarray], frame: int) -> np.ndarray:
    """(J, 4, 4) matrices of the joints at a key frame, in glTF's axes, by glTF's rules alone."""
    nodes = document["nodes"]
    places = {
        i: np.array(node.get("translation", [0, 0, 0]), float) for i, node in enumerate(nodes)
    }
    turns = {i: np.array([0.0, 0, 0, 1]) for i in range(len(nodes))}
    animation = document["animations"][0]
    for channel in animation["channels"]:
        value = arrays[animation["samplers"][channel["sampler"]]["output"]][frame].astype(float)
        (places if channel["target"]["path"] == "translation" else turns)[
            channel["target"]["node"]
        ] = value
    parents = {child: i for i, node in enumerate(nodes) for child in node.get("children", [])}

    def matrix(node: int) -> np.ndarray:
        local = np.eye(4)
        local[:3, :3], local[:3, 3] = matrix_from_quat(turns[node][[3, 0, 1, 2]]), places[node]
        return matrix(parents[node]) @ local if node in parents else local

    return np.stack([matrix(joint) for joint in document["skins"][0]["joints"]])


def skinned(document: dict, arrays: list[np.ndarray], frame: int) -> np.ndarray:
    """(V, 3) vertices at a key frame, house axes, by linear blend skinning (glTF 2.0, 3.7.3)."""
    attributes = document["meshes"][0]["primitives"][0]["attributes"]
    rest, joints, weights = (
        arrays[attributes[name]] for name in ("POSITION", "JOINTS_0", "WEIGHTS_0")
    )
    unbind = (
        arrays[document["skins"][0]["inverseBindMatrices"]].reshape(-1, 4, 4).transpose(0, 2, 1)
    )
    matrices = world_matrices(document, arrays, frame) @ unbind
    blended = np.einsum("vk,vkij->vij", weights, matrices[joints])
    return to_house(
        np.einsum("vij,vj->vi", blended, np.append(rest, np.ones((len(rest), 1)), 1))[:, :3]
    )


def test_N4_joints_stand_where_forward_kinematics_puts_them():
    motion = swaying()
    document, arrays = parse(glb.encode(motion, "sway"))
    for frame in (0, 17, 59):
        places = to_house(world_matrices(document, arrays, frame)[:, :3, 3])
        assert abs(places - motion.positions[frame]).max() < 1e-4


def test_N4_skin_follows_as_the_house_body_does():
    motion = swaying()
    document, arrays = parse(glb.encode(motion, "sway"))
    for frame in (0, 31):
        assert (
            abs(
                skinned(document, arrays, frame) - Body.load().skin(motion[frame : frame + 1])[0]
            ).max()
            < 1e-3
        )


def test_the_file_says_names_times_and_the_clip(tmp_path):
    motion = swaying(1.0, fps=60.0)
    glb.write(motion, tmp_path / "Ünter den Linden 💃.glb")
    document, arrays = parse((tmp_path / "Ünter den Linden 💃.glb").read_bytes())
    assert [node["name"] for node in document["nodes"][:24]] == list(SMPL24.names)
    assert document["animations"][0]["name"] == "Ünter den Linden 💃"
    times = arrays[document["animations"][0]["samplers"][0]["input"]][:, 0]
    np.testing.assert_allclose(times, np.arange(60) / 60, atol=1e-6)
    assert list(tmp_path.iterdir()) == [tmp_path / "Ünter den Linden 💃.glb"]


def test_the_rest_pose_stands_upright_facing_forward():
    document, arrays = parse(glb.encode(swaying(), "sway"))
    points = arrays[document["meshes"][0]["primitives"][0]["attributes"]["POSITION"]]
    assert abs(points[:, 1].min()) < 0.02 and 1.5 < points[:, 1].max() < 2.0
    left, toe = SMPL24.index("left_hand"), SMPL24.index("left_foot")
    rest = -arrays[document["skins"][0]["inverseBindMatrices"]].reshape(-1, 4, 4)[:, 3, :3]
    assert rest[left, 0] > 0.5 and rest[toe, 2] > rest[SMPL24.index("left_ankle"), 2]


def test_unused_weights_point_at_joint_zero_and_weights_sum_to_one():
    document, arrays = parse(glb.encode(swaying(), "sway"))
    attributes = document["meshes"][0]["primitives"][0]["attributes"]
    joints, weights = arrays[attributes["JOINTS_0"]], arrays[attributes["WEIGHTS_0"]]
    assert not joints[weights == 0].any()
    assert abs(weights.sum(1) - 1).max() < 1e-6 and weights.min() >= 0
    assert abs(np.linalg.norm(arrays[attributes["NORMAL"]], axis=1) - 1).max() < 1e-5


def test_quaternions_never_jump_to_the_other_sign():
    motion = swaying(3.0)
    flipped = motion.rotations.copy()
    flipped[20:40] *= -1
    document, arrays = parse(glb.encode(motion.replace(rotations=flipped), "sway"))
    for sampler in document["animations"][0]["samplers"][1:]:
        quats = arrays[sampler["output"]]
        assert (np.sum(quats[1:] * quats[:-1], axis=1) > 0).all()


def test_a_foreign_skeleton_becomes_a_figure_of_its_bones():
    motion = swaying(skeleton=TRIPOD)
    document, arrays = parse(glb.encode(motion, "tripod"))
    places = to_house(world_matrices(document, arrays, 30)[:, :3, 3])
    assert abs(places - motion.positions[30]).max() < 1e-4
    points = skinned(document, arrays, 30)
    gaps = np.linalg.norm(points[:, None] - motion.positions[30], axis=2).min(0)
    assert gaps.max() < 0.04, "every joint has a bone end"


def test_a_skeleton_of_one_joint_is_still_a_file():
    alone = Skeleton(("dot",), (-1,), [[0, 0, 1]])
    document, _ = parse(glb.encode(swaying(0.1, skeleton=alone), "dot"))
    assert len(document["nodes"]) == 3


def test_a_single_frame_is_a_pose():
    document, arrays = parse(glb.encode(swaying()[:1], "pose"))
    assert arrays[document["animations"][0]["samplers"][0]["input"]].tolist() == [[0.0]]


def test_a_body_on_another_skeleton_is_refused():
    with pytest.raises(FootlightsError, match="another skeleton"):
        glb.encode(swaying(skeleton=TRIPOD), "tripod", Body.load())


def test_N1_same_motion_same_bytes():
    motion: Motion = swaying()
    assert glb.encode(motion, "sway") == glb.encode(motion, "sway")
