"""Reading the motion of a humanoid out of glTF, VRM and VRMA files: any node tree, skinned or not."""

import os
from pathlib import Path
from typing import Any

import numpy as np

from ..basics.errors import FootlightsError
from ..geometry.rotations import matrix_from_quat, normalize, quat_conj, quat_mul, transpose
from ..motion.motion import Motion
from .axes import (
    RawMotion,
    check_choice,
    find_unit,
    find_up,
    in_house_axes,
    leg_length,
    unique_names,
)
from .gltf import Gltf, Node, whole
from .gltf_keys import Channel, channels, key_rate
from .safe.budget import check_rate, check_room

# metres: a joint whose distance to its parent changes less than this has a constant offset
_STILL = 1e-3
_LEGS = (0.1, 4.0)  # metres: legs of a child's toy and of a giant; others tell of a wrong unit
_BLOCK_NUMBERS = 1_000_000


def read(
    path: str | os.PathLike[str],
    *,
    unit: float | None = None,
    up: str | None = None,
    fps: float | None = None,
) -> Motion:
    """The fullest animation in a .glb, .gltf, .vrm or .vrma file, on the joints of its skins or of
    its humanoid.

    Every joint's axes are those of the world while nothing moves, so that the skeleton's rest pose
    is the file's.

    Args:
        unit: metres per file unit; metres, as the format says, when None and the legs agree.
        up: "y" or "z"; y, unless the legs point along z, when None.
        fps: the rate at which the keys were really made; by the distance of the keys when None.

    Raises:
        FootlightsError: no glTF 2.0 file, damaged, without animation or joints, or with parts in
            other files.
    """
    check_choice(unit, up, path)
    file, notes = Gltf(path), list[str]()
    with file.damage():
        raw = _raw(file, fps, notes)
    if unit is None:
        leg = leg_length(raw)
        unit = 1.0 if leg is None or _LEGS[0] <= leg <= _LEGS[1] else find_unit(raw)
    up = find_up(raw, certain=True) if up is None else up
    return in_house_axes(raw, unit, up, Path(path).name)


def _raw(file: Gltf, fps: float | None, notes: list[str]) -> RawMotion:
    moved = channels(file, notes)
    names = _humanoid(file)
    joints = _joined(file.nodes, _joints(file, moved, names), file.path)
    needed = _with_ancestors(file.nodes, joints)
    used = [channel for (node, _), channel in moved.items() if node in needed]
    if not used:
        raise FootlightsError(
            "its animation moves no joint of the body", file.path, "export the motion of its bones"
        )
    own = _own_rate(file) or key_rate(used, notes)
    start, end = min(c.times[0] for c in used), max(c.times[-1] for c in used)
    frames = int((end - start) * own + 0.02) + 1
    check_room(frames, len(needed), file.path)
    _refuse_mirrors(file, needed)
    places, turns = _played(file.nodes, needed, joints, moved, start + np.arange(frames) / own)
    titles = unique_names([names.get(joint, file.nodes[joint].name) for joint in joints])
    parents = [
        joints.index(file.nodes[j].parent) if file.nodes[j].parent in joints else -1 for j in joints
    ]
    rate = check_rate(own if fps is None else fps, file.path)
    return _on_one_root(
        titles, parents, places, turns, rate, notes, *_still(file.nodes, needed, joints)
    )


def _humanoid(file: Gltf) -> dict[int, str]:
    """The bone names that a VRM (0 or 1) or VRMA file gives its nodes; empty for others."""
    extensions = file.document.get("extensions", {})
    for kind in ("VRMC_vrm", "VRMC_vrm_animation", "VRM"):
        bones = extensions.get(kind, {}).get("humanoid", {}).get("humanBones", {})
        listed = (
            bones.items() if isinstance(bones, dict) else [(bone["bone"], bone) for bone in bones]
        )
        found = {whole(bone["node"]): str(name)[:60] for name, bone in listed}
        if found:
            if max(found) >= len(file.nodes):
                raise ValueError("a bone that is no node")
            return found
    return {}


def _joints(file: Gltf, moved: dict[tuple[int, str], Channel], names: dict[int, str]) -> set[int]:
    """The nodes that make the body: those of its humanoid, or of its skins, or those that are
    turned.
    """
    if names:
        return set(names)
    skinned = {whole(joint) for skin in file.items("skins") for joint in skin["joints"]}
    if skinned and max(skinned) >= len(file.nodes):
        raise ValueError("a joint that is no node")
    turned = {node for node, path in moved if path == "rotation"}
    return skinned if skinned & turned else turned


def _joined(nodes: list[Node], joints: set[int], path: object) -> list[int]:
    """One tree, parents first: the joints and what lies between them; of trees that never meet,
    the largest.
    """
    if not joints:
        raise FootlightsError("has no joints", path, "export a body with its bones")
    check_room(1, len(joints), path)
    lines = {joint: _upwards(nodes, joint)[::-1] for joint in sorted(joints)}
    tops: dict[int, list[int]] = {}
    for joint, line in lines.items():
        tops.setdefault(line[0], []).append(joint)
    kept = max(tops.values(), key=len)
    shared = [
        step[0] for step in zip(*(lines[j] for j in kept), strict=False) if len(set(step)) == 1
    ]
    inside = {node for joint in kept for node in lines[joint][len(shared) - 1 :]}
    if all(nodes[node].parent < node or nodes[node].parent not in inside for node in inside):
        return sorted(inside)
    return sorted(inside, key=lambda node: (len(_upwards(nodes, node)), node))


def _upwards(nodes: list[Node], node: int) -> list[int]:
    """The node and its ancestors, nearest first."""
    line = [node]
    while nodes[line[-1]].parent >= 0:
        line.append(nodes[line[-1]].parent)
    return line


def _with_ancestors(nodes: list[Node], joints: list[int]) -> list[int]:
    """The joints and everything above them, parents first."""
    return [*_upwards(nodes, joints[0])[:0:-1], *joints]


def _own_rate(file: Gltf) -> float | None:
    """The exact rate that footlights notes in its own files."""
    asset = file.document["asset"]
    rate = (
        asset.get("extras", {}).get("fps")
        if str(asset.get("generator", "")).startswith("footlights")
        else None
    )
    return float(rate) if isinstance(rate, int | float) and 0.1 <= rate <= 10_000 else None


def _refuse_mirrors(file: Gltf, needed: list[int]) -> None:
    for node in needed:
        if (file.nodes[node].scale <= 0).any():
            name = file.nodes[node].name
            raise FootlightsError(
                f"node {name!r} is mirrored or has no size",
                file.path,
                "apply its scale and export it again",
            )


def _played(
    nodes: list[Node],
    needed: list[int],
    joints: list[int],
    moved: dict[tuple[int, str], Channel],
    times: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Places (T, J, 3) and turns (T, J, 4) of the joints in the world, float32, at ``times`` (T,)."""
    places = np.empty((len(times), len(joints), 3), np.float32)
    turns = np.empty((len(times), len(joints), 4), np.float32)
    block = max(1, _BLOCK_NUMBERS // (16 * len(needed)))
    for start in range(0, len(times), block):
        part = slice(start, start + block)
        for i, (place, turn) in enumerate(
            _posed(nodes, needed, moved, times[part])[-len(joints) :]
        ):
            places[part, i], turns[part, i] = place, turn
    return places, turns


def _still(
    nodes: list[Node], needed: list[int], joints: list[int]
) -> tuple[np.ndarray, np.ndarray]:
    """Places (J, 3) and turns (J, 4) of the joints in the world while nothing moves them."""
    posed = _posed(nodes, needed, {}, np.zeros(1))[-len(joints) :]
    return np.concatenate([place for place, _ in posed]), np.concatenate(
        [turn for _, turn in posed]
    )


def _posed(
    nodes: list[Node], needed: list[int], moved: dict[tuple[int, str], Channel], times: np.ndarray
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Place (T or 1, 3) and turn (T or 1, 4) of every needed node in the world; sizes move places,
    never turns.
    """
    at = {node: i for i, node in enumerate(needed)}
    spaces: list[np.ndarray] = []
    posed: list[tuple[np.ndarray, np.ndarray]] = []
    for node in needed:
        held = nodes[node]
        place = (
            moved[node, "translation"].at(times, False)
            if (node, "translation") in moved
            else held.place[None]
        )
        turn = (
            moved[node, "rotation"].at(times, True)
            if (node, "rotation") in moved
            else held.turn[None]
        )
        scale = (
            moved[node, "scale"].at(times, False) if (node, "scale") in moved else held.scale[None]
        )
        place, turn = place.astype(np.float64), turn.astype(np.float64)
        space = matrix_from_quat(turn) * scale[:, None]
        if held.parent in at:
            above, (origin, turned) = spaces[at[held.parent]], posed[at[held.parent]]
            place = origin + (above @ place[..., None])[..., 0]
            turn, space = quat_mul(turned, turn), above @ space
        spaces.append(space)
        posed.append((place, turn))
    return posed


def _on_one_root(
    names: list[str],
    parents: list[int],
    places: np.ndarray,
    turns: np.ndarray,
    fps: float,
    notes: list[str],
    still_places: np.ndarray,
    still_turns: np.ndarray,
) -> RawMotion:
    """The clip from world places and turns, on the joint that carries the body's path; axes are
    the world's at rest.
    """
    for i in range(len(names)):
        turns[:, i] = normalize(quat_mul(turns[:, i].astype(np.float64), quat_conj(still_turns[i])))
    size = float(np.ptp(still_places, axis=0).max()) or 1.0
    offsets, wander = _offsets(parents, places, turns)
    inside, root = list(range(len(names))), 0
    while (carrier := _carrier(parents, inside, root, wander > _STILL * max(size, 1))) is not None:
        root, inside = carrier, [j for j in inside if _under(parents, j, carrier)]
        notes.append(f"{names[root]} carries the path and is taken as the root")
    lost = [names[j] for j in inside if j != root and wander[j] > _STILL * max(size, 1)]
    if lost:
        notes.append(
            f"joints whose distance to the parent changes were given the mean: {', '.join(lost[:8])}"
        )
    local = np.empty((len(turns), len(inside), 4), np.float32)
    for i, j in enumerate(inside):
        q = turns[:, j].astype(np.float64)
        local[:, i] = (
            q
            if j == root
            else normalize(quat_mul(quat_conj(turns[:, parents[j]].astype(np.float64)), q))
        )
    offsets[root] = still_places[root]
    above = [-1 if j == root else inside.index(parents[j]) for j in inside]
    return RawMotion(
        [names[j] for j in inside], above, offsets[inside], places[:, root], local, fps, notes
    )


def _offsets(
    parents: list[int], places: np.ndarray, turns: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Mean place (J, 3) of each joint in its parent's frame, and how far (J,) it wanders there."""
    offsets, wander = np.zeros((len(parents), 3)), np.zeros(len(parents))
    for j, p in enumerate(parents):
        if p >= 0:
            inward = transpose(matrix_from_quat(turns[:, p].astype(np.float64)))
            apart = (inward @ (places[:, j] - places[:, p]).astype(np.float64)[..., None])[..., 0]
            offsets[j], wander[j] = apart.mean(0), np.ptp(apart, axis=0).max()
    return offsets, wander


def _carrier(parents: list[int], inside: list[int], root: int, wandering: Any) -> int | None:
    """A wandering child of the root below which at least half of the joints are."""
    for j in inside:
        if parents[j] == root and j != root and wandering[j]:
            if 2 * sum(_under(parents, k, j) for k in inside) >= len(inside):
                return j
    return None


def _under(parents: list[int], joint: int, ancestor: int) -> bool:
    while joint != ancestor and joint >= 0:
        joint = parents[joint]
    return joint == ancestor
