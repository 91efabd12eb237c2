"""A character in a GLB or VRM file: its joints at rest, and the file with one more animation."""

import copy
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..basics.errors import FootlightsError
from ..basics.whole_files import writing
from ..geometry.rotations import hemisphere, matrix_from_quat, quat_conj, quat_from_matrix, quat_mul
from ..motion.motion import Motion
from ..motion.skeleton import Skeleton
from .axes import quats_to_y_up, z_to_y_up
from .gltf import Gltf, Node, whole
from .gltf_joints import (
    check_no_mirrors,
    humanoid_names,
    one_tree,
    parents_within,
    rest_pose,
    skin_joints,
    tree_with_ancestors,
    unit_by_legs,
    with_ancestors,
)
from .gltf_write import BinaryChunk, animation_of_keys, pack_glb
from .raw_motion import RawMotion, to_motion, unique_names
from .unit_and_up import find_up

_EVEN_SCALE = 1.01  # largest over smallest scale of a node that is not stretched
_MOVES = 1e-6  # of a quaternion's vector: a joint that turns less stays at rest


@dataclass(frozen=True)
class Character:
    """A file that holds a character.

    Attributes:
        file: its document and nodes.
        skeleton: its joints in metres, z up; every joint's axes are the world's while nothing
            moves.
        nodes: the node of each joint.
        unit: metres of a unit of the file.
        up: "y" or "z".
    """

    file: Gltf
    skeleton: Skeleton
    nodes: list[int]
    unit: float
    up: str


def read_character(path: str | os.PathLike[str]) -> Character:
    """The character in a .glb or .vrm file, which needs no animation.

    Raises:
        FootlightsError: no binary glTF 2.0 file, damaged, without joints, or with parts in other
            files.
    """
    file = Gltf(path)
    with file.damage():
        _check_binary(file)
        bone_names = humanoid_names(file)
        body_nodes = set(bone_names) or skin_joints(file) or _turned_nodes(file)
        joints = one_tree(file.nodes, body_nodes, path)
        needed = tree_with_ancestors(file.nodes, joints)
        check_no_mirrors(file, needed)
        _check_no_stretch(file, needed)

        positions = rest_pose(file.nodes, joints).positions
        names = unique_names([bone_names.get(joint, file.nodes[joint].name) for joint in joints])
        parents = parents_within(file.nodes, joints)

    above = np.array(parents)
    offsets = positions - np.where(above[:, None] < 0, 0, positions[above])
    at_rest = np.zeros((1, len(joints), 4), np.float32)
    at_rest[..., 0] = 1
    raw = RawMotion(names, parents, offsets, positions[:1], at_rest, 30.0)
    unit, up = unit_by_legs(raw), find_up(raw, signed=False)
    skeleton = to_motion(raw, unit, up, Path(path).name).skeleton
    return Character(file, skeleton, joints, unit, up)


def _check_binary(file: Gltf) -> None:
    """Refuses what no animation can be added to: a file whose first buffer is not its own chunk."""
    for kind in ("bufferViews", "accessors", "animations"):
        file.items(kind)  # raises where it is no list
    first: dict[str, Any] = file.item("buffers", 0) if file.items("buffers") else {}
    with open(file.path, "rb") as handle:
        is_glb = handle.read(4) == b"glTF"
    if first.get("uri") is not None or not is_glb:
        raise FootlightsError(
            "is no binary glTF file", file.path, "export the character as one .glb"
        )


def _turned_nodes(file: Gltf) -> set[int]:
    """The nodes that an animation turns."""
    targets = [
        channel["target"]
        for animation in file.items("animations")
        for channel in animation["channels"]
    ]
    nodes = {whole(t["node"]) for t in targets if t.get("path") == "rotation" and "node" in t}
    if nodes and max(nodes) >= len(file.nodes):
        raise ValueError("a joint that is no node")
    return nodes


def _check_no_stretch(file: Gltf, nodes: list[int]) -> None:
    """Refuses nodes stretched in one direction.

    A joint that turns below one would be sheared: no rotation can say that.
    """
    for node in nodes:
        scale = file.nodes[node].scale
        if scale.max() > _EVEN_SCALE * scale.min():
            name = file.nodes[node].name
            raise FootlightsError(
                f"node {name!r} is stretched in one direction",
                file.path,
                "apply its scale and export it again",
            )


def write_animated(
    character: Character, motion: Motion, carrier: int, path: str | os.PathLike[str]
) -> None:
    """Write the character's file with ``motion`` as its first animation.

    Meshes, materials, skins and the animations it has are kept as they are.

    Args:
        character: as `read_character` gave it.
        motion: a clip on its skeleton.
        carrier: the joint that carries the path; joints above it stay where the file has them.
        path: where to; the animation bears the file's name.

    Raises:
        FootlightsError: the motion is on another skeleton, or the file cannot be written there.
    """
    if motion.skeleton != character.skeleton:
        raise FootlightsError(
            "the motion is on another skeleton than the character", path, "retarget it first"
        )
    document = copy.deepcopy(character.file.document)
    chunk = BinaryChunk()
    chunk.data = bytearray(character.file.binary_chunk)
    chunk.data += b"\0" * (-len(chunk.data) % 4)
    chunk.views = document.setdefault("bufferViews", [])
    chunk.accessors = document.setdefault("accessors", [])

    animation = _animation(character, motion, carrier, Path(path).stem, chunk)
    for channel in animation["channels"]:
        node = channel["target"]["node"]
        _make_movable(document["nodes"][node], character.file.nodes[node])
    document["animations"] = [animation, *document.get("animations", [])]
    document.setdefault("buffers", [{}])[0]["byteLength"] = len(chunk.data)
    with writing(path) as temporary:
        temporary.write_bytes(pack_glb(document, bytes(chunk.data)))


def _animation(
    character: Character, motion: Motion, carrier: int, name: str, chunk: BinaryChunk
) -> dict[str, Any]:
    """The carrier's position and the rotation of each joint that leaves its rest."""
    times = chunk.add((np.arange(len(motion)) / motion.fps).astype(np.float32), bounds=True)
    positions, rotations = _local_keys(character, motion, carrier)
    keys = [("translation", character.nodes[carrier], positions.astype(np.float32))]
    for joint, node in enumerate(character.nodes):
        if np.abs(motion.rotations[:, joint, 1:]).max() > _MOVES:
            quats = rotations[:, joint][:, [1, 2, 3, 0]].astype(np.float32)
            keys.append(("rotation", node, quats))
    return animation_of_keys(name, times, keys, chunk)


def _local_keys(
    character: Character, motion: Motion, carrier: int
) -> tuple[np.ndarray, np.ndarray]:
    """Positions (T, 3) of the carrier and rotations (T, J, 4) of all joints, as the file has them.

    Each below its parent node, in the file's unit and axes.
    """
    joints, nodes = character.nodes, character.file.nodes
    positions, matrices = motion.kinematics()
    world = quat_from_matrix(matrices.astype(np.float64))
    position = positions[:, carrier].astype(np.float64) / character.unit
    if character.up == "y":
        world, position = quats_to_y_up(world), z_to_y_up(position)

    # Our joints have the world's axes at rest, the file's nodes have their own.
    world = quat_mul(world, rest_pose(nodes, joints).rotations)
    local = np.empty_like(world)
    for joint, node in enumerate(joints):
        parent = nodes[node].parent
        above = world[:, joints.index(parent)] if parent in joints else _rotation(nodes, parent)
        local[:, joint] = quat_mul(quat_conj(above), world[:, joint])

    space = np.linalg.inv(_space(nodes, nodes[joints[carrier]].parent))
    return position @ space[:3, :3].T + space[:3, 3], hemisphere(local)


def _rotation(nodes: list[Node], node: int) -> np.ndarray:
    """(4,) rotation of a node in the world while nothing moves; none above the top."""
    rotation = np.array([1.0, 0, 0, 0])
    while node >= 0:
        rotation, node = quat_mul(nodes[node].rotation, rotation), nodes[node].parent
    return rotation


def _space(nodes: list[Node], node: int) -> np.ndarray:
    """(4, 4) from a node's space to the world's while nothing moves."""
    to_world = np.eye(4)
    for above in with_ancestors(nodes, node) if node >= 0 else []:
        space = np.eye(4)
        space[:3, :3] = matrix_from_quat(nodes[above].rotation) * nodes[above].scale
        space[:3, 3] = nodes[above].position
        to_world = space @ to_world
    return to_world


def _make_movable(item: dict[str, Any], node: Node) -> None:
    """Gives a node of the document its parts in place of a matrix.

    What an animation moves has no matrix (glTF 2.0, section 3.5.3).
    """
    if item.pop("matrix", None) is not None:
        x, y, z = (float(v) for v in node.rotation[1:])
        item["translation"] = node.position.tolist()
        item["rotation"] = [x, y, z, float(node.rotation[0])]
        item["scale"] = node.scale.tolist()
