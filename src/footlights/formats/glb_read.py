"""Reading the motion of a humanoid out of glTF, VRM and VRMA files, skinned or not."""

import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..basics.budget import check_rate, check_room
from ..basics.errors import FootlightsError
from ..geometry.rotations import matrix_from_quat, normalize, quat_conj, quat_mul, transpose
from ..motion.motion import Motion
from .gltf import Gltf, Node
from .gltf_joints import (
    Pose,
    check_no_mirrors,
    humanoid_names,
    one_tree,
    parents_within,
    rest_pose,
    skin_joints,
    tree_with_ancestors,
    unit_by_legs,
    world_poses,
)
from .gltf_keys import Channels, animation_names, key_rate, read_channels
from .raw_motion import RawMotion, check_unit_and_up, to_motion, unique_names
from .unit_and_up import find_up

# metres: a joint whose distance to its parent changes less than this has a constant offset
_STILL = 1e-3
_BLOCK_NUMBERS = 1_000_000  # that are worked with at once
_SAME_BONE = 0.01  # share of a bone's length by which the same bone of another file may differ
_SAME_REST = 1e-6  # of a quaternion's dot product
_KEYS_MISSING = 4  # times as many frames as keys: other programs thin out what we wrote
_LATE = 0.02  # of a frame: a key this much too early for the last frame still makes one


@dataclass
class _WorldMotion:
    """A clip in the file's world: names, parents (-1: none), and the joints' poses.

    Attributes:
        poses: positions (T, J, 3) and rotations (T, J, 4), float32.
        rest: positions (J, 3) and rotations (J, 4) while nothing moves.
    """

    names: list[str]
    parents: list[int]
    poses: Pose
    rest: Pose


def read(
    path: str | os.PathLike[str],
    *,
    unit: float | None = None,
    up: str | None = None,
    fps: float | None = None,
    bind_pose: str | os.PathLike[str] | None = None,
    clip: str | None = None,
) -> Motion:
    """The fullest animation in a .glb, .gltf, .vrm or .vrma file.

    It is on the joints of its skins or of its humanoid. Every joint's axes are those of the world
    while nothing moves, so that the skeleton's rest pose is the file's.

    Args:
        path: the file.
        unit: metres per file unit; metres, as the format says, when None and the legs agree.
        up: "y" or "z"; y, unless the legs point along z, when None.
        fps: the rate at which the keys were really made; by the distance of the keys when None.
        bind_pose: a character's .glb or .vrm; where it has the very bones of the clip, the clip
            is on its rest pose and not on that of ``path``, which may be any frame.
        clip: name of the animation that is read; the fullest when None.

    Raises:
        FootlightsError: no glTF 2.0 file, damaged, without animation or joints, or with parts in
            other files.
    """
    check_unit_and_up(unit, up, path)
    file, notes = Gltf(path), list[str]()
    with file.damage():
        raw = _raw_motion(file, fps, notes, None if bind_pose is None else Gltf(bind_pose), clip)
    unit = unit_by_legs(raw) if unit is None else unit
    up = find_up(raw, certain=True) if up is None else up
    return to_motion(raw, unit, up, Path(path).name)


def clip_names(path: str | os.PathLike[str]) -> list[str]:
    """Names of the animations in a file, as `read` takes them for ``clip``.

    Raises:
        FootlightsError: no glTF 2.0 file, or damaged.
    """
    file = Gltf(path)
    with file.damage():
        return animation_names(file)


def _raw_motion(
    file: Gltf, fps: float | None, notes: list[str], bind_pose: Gltf | None, clip: str | None
) -> RawMotion:
    channels, bone_names = read_channels(file, notes, clip), humanoid_names(file)
    joints = one_tree(file.nodes, _body_nodes(file, channels, bone_names), file.path)
    needed = tree_with_ancestors(file.nodes, joints)
    used = [channel for (node, _), channel in channels.items() if node in needed]
    if not used:
        raise FootlightsError(
            "its animation moves no joint of the body", file.path, "export the motion of its bones"
        )

    start, end = min(c.times[0] for c in used), max(c.times[-1] for c in used)
    keyed_rate = _own_rate(file)
    # Our own files have a key in every frame: a rate that says otherwise is not theirs.
    most_keys = max(len(channel.times) for channel in used)
    if keyed_rate is None or (end - start) * keyed_rate > _KEYS_MISSING * most_keys:
        keyed_rate = key_rate(used, notes)
    frames = int((end - start) * keyed_rate + _LATE) + 1
    check_room(frames, len(needed), file.path)
    check_no_mirrors(file, needed)

    times = start + np.arange(frames) / keyed_rate
    motion = _WorldMotion(
        unique_names([bone_names.get(joint, file.nodes[joint].name) for joint in joints]),
        parents_within(file.nodes, joints),
        _sampled_poses(file, joints, channels, times),
        _rest_of(file, joints, bind_pose, notes),
    )
    rate = check_rate(keyed_rate if fps is None else fps, file.path)
    return _on_one_root(motion, rate, notes)


def _rest_of(file: Gltf, joints: list[int], bind_pose: Gltf | None, notes: list[str]) -> Pose:
    """How the joints rest: as in ``bind_pose`` if that has the very bones, else as in the file."""
    own = rest_pose(file.nodes, joints)
    same = None if bind_pose is None else _same_bones(file.nodes, joints, bind_pose.nodes)
    if bind_pose is None or same is None:
        return own
    theirs = rest_pose(bind_pose.nodes, same)
    if np.abs((own.rotations * theirs.rotations).sum(-1)).min() < 1 - _SAME_REST:
        notes.append("its bones are the character's, whose rest pose is taken")
    return theirs


def _same_bones(nodes: list[Node], joints: list[int], others: list[Node]) -> list[int] | None:
    """The node of ``others`` for each joint; None where names, order or bone vectors differ."""
    by_name = {node.name: number for number, node in enumerate(others)}
    names = [nodes[joint].name for joint in joints]
    counts = Counter(node.name for node in others)
    if any(counts[name] != 1 for name in names):
        return None

    same = [by_name[name] for name in names]
    for joint, other in zip(joints[1:], same[1:], strict=True):
        bone, their_bone = nodes[joint].position, others[other].position
        apart = np.linalg.norm(bone - their_bone)
        parent = nodes[nodes[joint].parent].name
        if parent != others[others[other].parent].name or apart > _SAME_BONE * max(
            float(np.linalg.norm(bone)), 1e-3
        ):
            return None
    return same


def _body_nodes(file: Gltf, channels: Channels, bone_names: dict[int, str]) -> set[int]:
    """The nodes that make the body: its humanoid's, or its skins', or those that are turned."""
    if bone_names:
        return set(bone_names)
    skinned = skin_joints(file)
    turned = {node for node, prop in channels if prop == "rotation"}
    # A skin that nothing turns is of a thing that the body carries.
    return skinned if skinned & turned else turned


def _own_rate(file: Gltf) -> float | None:
    """The exact rate that footlights notes in its own files."""
    asset = file.document["asset"]
    if not str(asset.get("generator", "")).startswith("footlights"):
        return None
    rate = asset.get("extras", {}).get("fps")
    return float(rate) if isinstance(rate, int | float) and 0.1 <= rate <= 10_000 else None


def _sampled_poses(file: Gltf, joints: list[int], channels: Channels, times: np.ndarray) -> Pose:
    """Positions (T, J, 3) and rotations (T, J, 4) of the joints at ``times`` (T,), float32."""
    needed = tree_with_ancestors(file.nodes, joints)
    positions = np.empty((len(times), len(joints), 3), np.float32)
    rotations = np.empty((len(times), len(joints), 4), np.float32)
    block = max(1, _BLOCK_NUMBERS // (16 * len(needed)))
    for start in range(0, len(times), block):
        part = slice(start, start + block)
        poses = world_poses(file.nodes, needed, channels, times[part])[-len(joints) :]
        for i, pose in enumerate(poses):
            positions[part, i], rotations[part, i] = pose
    return Pose(positions, rotations)


def _on_one_root(motion: _WorldMotion, fps: float, notes: list[str]) -> RawMotion:
    """The clip on the joint that carries the body's path; axes are the world's at rest."""
    names, parents = motion.names, motion.parents
    positions, rotations = motion.poses
    for i, rest_rotation in enumerate(motion.rest.rotations):
        turned = quat_mul(rotations[:, i].astype(np.float64), quat_conj(rest_rotation))
        rotations[:, i] = normalize(turned)

    size = float(np.ptp(motion.rest.positions, axis=0).max()) or 1.0
    offsets, wander = _offsets(parents, motion.poses)
    wandering = wander > _STILL * max(size, 1)
    inside = list(range(len(names)))
    root = _path_carrier(parents, wandering)
    if root:
        inside = _joints_below(parents, root)
        notes.append(f"{names[root]} carries the path and is taken as the root")
    fixed = [names[j] for j in inside if j != root and wandering[j]]
    if fixed:
        notes.append(
            "joints whose distance to the parent changes were given the mean: "
            + ", ".join(fixed[:8])
        )

    local = np.empty((len(rotations), len(inside), 4), np.float32)
    for i, j in enumerate(inside):
        rotation = rotations[:, j].astype(np.float64)
        if j != root:
            parent = rotations[:, parents[j]].astype(np.float64)
            rotation = normalize(quat_mul(quat_conj(parent), rotation))
        local[:, i] = rotation
    offsets[root] = motion.rest.positions[root]
    return RawMotion(
        names=[names[j] for j in inside],
        parents=[-1 if j == root else inside.index(parents[j]) for j in inside],
        offsets=offsets[inside],
        root=positions[:, root],
        rotations=local,
        fps=fps,
        notes=notes,
    )


def _offsets(parents: list[int], poses: Pose) -> tuple[np.ndarray, np.ndarray]:
    """Mean position (J, 3) of each joint in its parent's frame, and its span (J,) there."""
    offsets, wander = np.zeros((len(parents), 3)), np.zeros(len(parents))
    for j, parent in enumerate(parents):
        if parent >= 0:
            into_parent = transpose(matrix_from_quat(poses.rotations[:, parent].astype(np.float64)))
            difference = poses.positions[:, j] - poses.positions[:, parent]
            inside = (into_parent @ difference.astype(np.float64)[..., None])[..., 0]
            offsets[j], wander[j] = inside.mean(0), np.ptp(inside, axis=0).max()
    return offsets, wander


def _path_carrier(parents: list[int], wandering: np.ndarray) -> int:
    """The joint that carries the body's path; the root where no other does.

    From the root down, the last wandering joint below which at least half of the joints are that
    are below the one before.
    """
    counts = [1] * len(parents)  # of joints from each one down
    for joint in range(len(parents) - 1, 0, -1):
        counts[parents[joint]] += counts[joint]

    root = 0
    # One pass: parents stand before their children, and no two children can both carry half.
    for joint in range(1, len(parents)):
        if parents[joint] == root and wandering[joint] and 2 * counts[joint] >= counts[root]:
            root = joint
    return root


def _joints_below(parents: list[int], root: int) -> list[int]:
    """``root`` and all joints below it, in order."""
    below = {root}
    for joint in range(root + 1, len(parents)):
        if parents[joint] in below:
            below.add(joint)
    return sorted(below)
