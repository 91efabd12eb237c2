"""The joints of a body among the nodes of a glTF, VRM or VRMA file, and how they rest."""

from typing import Any, NamedTuple

import numpy as np

from ..basics.budget import check_room
from ..basics.errors import FootlightsError
from ..geometry.rotations import matrix_from_quat, quat_mul
from .gltf import Gltf, Node, whole
from .gltf_keys import Channels
from .raw_motion import RawMotion
from .unit_and_up import find_unit, leg_length

# metres: legs of a child's toy and of a giant; others tell of a wrong unit
_SHORTEST_LEG, _LONGEST_LEG = 0.1, 4.0


class Pose(NamedTuple):
    """Positions (..., 3) and rotations (..., 4), quaternions w x y z, in the file's world."""

    positions: np.ndarray
    rotations: np.ndarray


def humanoid_names(file: Gltf) -> dict[int, str]:
    """The bone names that a VRM (0 or 1) or VRMA file gives its nodes; empty for others."""
    extensions = file.document.get("extensions", {})
    for kind in ("VRMC_vrm", "VRMC_vrm_animation", "VRM"):
        bones: Any = extensions.get(kind, {}).get("humanoid", {}).get("humanBones", {})
        # VRM 0 has a list of bones, VRM 1 a dict of them.
        named = bones.items() if isinstance(bones, dict) else [(b["bone"], b) for b in bones]
        names = {whole(bone["node"]): str(name)[:60] for name, bone in named}
        if names:
            if max(names) >= len(file.nodes):
                raise ValueError("a bone that is no node")
            return names
    return {}


def skin_joints(file: Gltf) -> set[int]:
    """The nodes that are joints of a skin."""
    joints = {whole(joint) for skin in file.items("skins") for joint in skin["joints"]}
    if joints and max(joints) >= len(file.nodes):
        raise ValueError("a joint that is no node")
    return joints


def one_tree(nodes: list[Node], joints: set[int], path: object) -> list[int]:
    """The joints and what lies between them, parents first, as one tree.

    Of trees that never meet, the one with the most joints.
    """
    if not joints:
        raise FootlightsError("has no joints", path, "export a body with its bones")
    check_room(1, len(joints), path)
    lines = {joint: with_ancestors(nodes, joint)[::-1] for joint in sorted(joints)}
    by_top: dict[int, list[int]] = {}
    for joint, line in lines.items():
        by_top.setdefault(line[0], []).append(joint)
    largest = max(by_top.values(), key=len)

    # The last node that is above all of them is the tree's root.
    steps = zip(*(lines[joint] for joint in largest), strict=False)
    shared = [step[0] for step in steps if len(set(step)) == 1]
    inside = {node for joint in largest for node in lines[joint][len(shared) - 1 :]}
    if all(nodes[node].parent < node or nodes[node].parent not in inside for node in inside):
        return sorted(inside)
    return sorted(inside, key=lambda node: (len(with_ancestors(nodes, node)), node))


def with_ancestors(nodes: list[Node], node: int) -> list[int]:
    """The node and its ancestors, nearest first."""
    line = [node]
    while nodes[line[-1]].parent >= 0:
        line.append(nodes[line[-1]].parent)
    return line


def tree_with_ancestors(nodes: list[Node], joints: list[int]) -> list[int]:
    """The joints of `one_tree` and everything above them, parents first."""
    return [*with_ancestors(nodes, joints[0])[:0:-1], *joints]


def parents_within(nodes: list[Node], joints: list[int]) -> list[int]:
    """For each of the joints the place of its parent among them, -1 for none."""
    index = {joint: i for i, joint in enumerate(joints)}
    return [index.get(nodes[joint].parent, -1) for joint in joints]


def check_no_mirrors(file: Gltf, nodes: list[int]) -> None:
    """Refuses nodes whose scale no rotation can say."""
    for node in nodes:
        if (file.nodes[node].scale <= 0).any():
            name = file.nodes[node].name
            raise FootlightsError(
                f"node {name!r} is mirrored or has no size",
                file.path,
                "apply its scale and export it again",
            )


def world_poses(
    nodes: list[Node],
    needed: list[int],
    channels: Channels,
    times: np.ndarray,
) -> list[Pose]:
    """Positions (T or 1, 3) and rotations (T or 1, 4) of every needed node in the world.

    Scales move positions, never rotations.

    Args:
        nodes: of the file.
        needed: those that are wanted and all above them, parents first.
        channels: the channel of each node and property that moves.
        times: (T,) seconds.
    """
    index = {node: i for i, node in enumerate(needed)}
    spaces: list[np.ndarray] = []
    poses: list[Pose] = []
    for number in needed:
        node = nodes[number]
        position, rotation, scale = (
            channels[number, name].sample(times).astype(np.float64)
            if (number, name) in channels
            else rest[None].astype(np.float64)
            for name, rest in (
                ("translation", node.position),
                ("rotation", node.rotation),
                ("scale", node.scale),
            )
        )
        space = matrix_from_quat(rotation) * scale[:, None]
        if node.parent in index:
            parent = index[node.parent]
            inside = (spaces[parent] @ position[..., None])[..., 0]
            position = poses[parent].positions + inside
            rotation = quat_mul(poses[parent].rotations, rotation)
            space = spaces[parent] @ space
        spaces.append(space)
        poses.append(Pose(position, rotation))
    return poses


def rest_pose(nodes: list[Node], joints: list[int]) -> Pose:
    """Positions (J, 3) and rotations (J, 4) of joints in the world while nothing moves them."""
    needed = tree_with_ancestors(nodes, joints)
    poses = world_poses(nodes, needed, {}, np.zeros(1))[-len(joints) :]
    return Pose(
        np.concatenate([pose.positions for pose in poses]),
        np.concatenate([pose.rotations for pose in poses]),
    )


def unit_by_legs(raw: RawMotion) -> float:
    """Metres in a unit: 1, as the format says, unless the legs cannot be true; then their own."""
    leg = leg_length(raw)
    return 1.0 if leg is None or _SHORTEST_LEG <= leg <= _LONGEST_LEG else find_unit(raw)
