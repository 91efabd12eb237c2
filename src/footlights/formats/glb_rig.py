"""A character in a GLB or VRM file: its joints at rest, and the same file with one more animation."""

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
from .axes import RawMotion, find_unit, find_up, in_house_axes, leg_length, unique_names, z_to_y_up
from .glb import Binary, packed
from .glb_read import _LEGS, _humanoid, _joined, _refuse_mirrors, _still, _upwards, _with_ancestors
from .gltf import Gltf, Node, whole


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
    """The character in a .glb or .vrm file, which needs no animation; numbers inside the file only.

    Raises:
        FootlightsError: no binary glTF 2.0 file, damaged, without joints, or with parts in other
            files.
    """
    file = Gltf(path)
    with file.damage():
        held = {
            kind: file.items(kind) for kind in ("buffers", "bufferViews", "accessors", "animations")
        }
        first: dict[str, Any] = file.item("buffers", 0) if held["buffers"] else {}
        if first.get("uri") is not None or not _binary(path):
            raise FootlightsError(
                "is no binary glTF file", path, "export the character as one .glb"
            )
        names = _humanoid(file)
        nodes = _joined(file.nodes, set(names) or _skinned(file), path)
        needed = _with_ancestors(file.nodes, nodes)
        _refuse_mirrors(file, needed)
        _refuse_stretch(file, needed)
        places, _ = _still(file.nodes, needed, nodes)
        titles = unique_names([names.get(node, file.nodes[node].name) for node in nodes])
        parents = [
            nodes.index(file.nodes[n].parent) if file.nodes[n].parent in nodes else -1
            for n in nodes
        ]
    offsets = places - np.where(np.array(parents)[:, None] < 0, 0, places[np.array(parents)])
    still = np.zeros((1, len(nodes), 4), np.float32)
    still[..., 0] = 1
    raw = RawMotion(titles, parents, offsets, places[:1], still, 30.0)
    leg = leg_length(raw)
    unit = 1.0 if leg is None or _LEGS[0] <= leg <= _LEGS[1] else find_unit(raw)
    up = find_up(raw)
    return Character(file, in_house_axes(raw, unit, up, Path(path).name).skeleton, nodes, unit, up)


def write_animated(
    character: Character, motion: Motion, carrier: int, path: str | os.PathLike[str]
) -> None:
    """Write the character's file with ``motion`` as its first animation, named after the file
    written.

    Meshes, materials, skins and the animations it has are kept as they are. Joint ``carrier``
    carries the path; joints above it stay where the file has them.

    Raises:
        FootlightsError: the motion is on another skeleton, or the place cannot be written.
    """
    if motion.skeleton != character.skeleton:
        raise FootlightsError(
            "the motion is on another skeleton than the character", path, "retarget it first"
        )
    document = copy.deepcopy(character.file.document)
    binary = Binary()
    binary.data = bytearray(character.file._chunk)
    binary.data += b"\0" * (-len(binary.data) % 4)
    binary.views, binary.accessors = (
        document.setdefault("bufferViews", []),
        document.setdefault("accessors", []),
    )
    animation = _animation(character, motion, carrier, Path(path).stem, binary)
    for channel in animation["channels"]:
        _make_movable(
            document["nodes"][channel["target"]["node"]],
            character.file.nodes[channel["target"]["node"]],
        )
    document["animations"] = [animation, *document.get("animations", [])]
    buffers = document.setdefault("buffers", [{}])
    buffers[0]["byteLength"] = len(binary.data)
    with writing(path) as temporary:
        temporary.write_bytes(packed(document, bytes(binary.data)))


def _binary(path: str | os.PathLike[str]) -> bool:
    with open(path, "rb") as handle:
        return handle.read(4) == b"glTF"


def _refuse_stretch(file: Gltf, needed: list[int]) -> None:
    """A joint that turns below a node stretched in one direction would be sheared: no rotation can
    say that.
    """
    for node in needed:
        scale = file.nodes[node].scale
        if scale.max() > 1.01 * scale.min():
            name = file.nodes[node].name
            raise FootlightsError(
                f"node {name!r} is stretched in one direction",
                file.path,
                "apply its scale and export it again",
            )


def _skinned(file: Gltf) -> set[int]:
    """The nodes that are joints of a skin, or else that an animation turns."""
    joints = {whole(joint) for skin in file.items("skins") for joint in skin["joints"]}
    if not joints:
        targets = [
            channel["target"]
            for animation in file.items("animations")
            for channel in animation["channels"]
        ]
        joints = {whole(t["node"]) for t in targets if t.get("path") == "rotation" and "node" in t}
    if joints and max(joints) >= len(file.nodes):
        raise ValueError("a joint that is no node")
    return joints


def _animation(
    character: Character, motion: Motion, carrier: int, name: str, binary: Binary
) -> dict[str, Any]:
    """One sampler for the carrier's place and one for the rotation of each joint that leaves its
    rest, on the same times.
    """
    times = binary.add((np.arange(len(motion)) / motion.fps).astype(np.float32), bounds=True)
    places, turns = _in_file(character, motion, carrier)
    samplers = [{"input": times, "output": binary.add(places.astype(np.float32))}]
    targets: list[dict[str, Any]] = [{"node": character.nodes[carrier], "path": "translation"}]
    for joint, node in enumerate(character.nodes):
        if np.abs(motion.rotations[:, joint, 1:]).max() > 1e-6:
            samplers.append(
                {
                    "input": times,
                    "output": binary.add(turns[:, joint][:, [1, 2, 3, 0]].astype(np.float32)),
                }
            )
            targets.append({"node": node, "path": "rotation"})
    channels = [{"sampler": i, "target": target} for i, target in enumerate(targets)]
    return {"name": name, "samplers": samplers, "channels": channels}


def _in_file(character: Character, motion: Motion, carrier: int) -> tuple[np.ndarray, np.ndarray]:
    """Places (T, 3) of the carrier and turns (T, J, 4) of all joints, each below its parent node,
    as the file has them.
    """
    nodes, held = character.nodes, character.file.nodes
    places, turns = motion.kinematics()
    world = quat_from_matrix(turns.astype(np.float64))
    place = places[:, carrier].astype(np.float64) / character.unit
    if character.up == "y":
        world = np.concatenate([world[..., :1], z_to_y_up(world[..., 1:])], axis=-1)
        place = z_to_y_up(place)
    _, still = _still(held, _with_ancestors(held, nodes), nodes)
    world = quat_mul(world, still)
    local = np.empty_like(world)
    for joint, node in enumerate(nodes):
        above = held[node].parent
        turn = world[:, nodes.index(above)] if above in nodes else _turn_of(held, above)
        local[:, joint] = quat_mul(quat_conj(turn), world[:, joint])
    space = np.linalg.inv(_space_of(held, held[nodes[carrier]].parent))
    return place @ space[:3, :3].T + space[:3, 3], hemisphere(local)


def _turn_of(nodes: list[Node], node: int) -> np.ndarray:
    """(4,) turn of a node in the world while nothing moves; none above the top."""
    turn = np.array([1.0, 0, 0, 0])
    while node >= 0:
        turn, node = quat_mul(nodes[node].turn, turn), nodes[node].parent
    return turn


def _space_of(nodes: list[Node], node: int) -> np.ndarray:
    """(4, 4) from a node's space to the world's while nothing moves."""
    whole_space = np.eye(4)
    for one in _upwards(nodes, node) if node >= 0 else []:
        space = np.eye(4)
        space[:3, :3], space[:3, 3] = (
            matrix_from_quat(nodes[one].turn) * nodes[one].scale,
            nodes[one].place,
        )
        whole_space = space @ whole_space
    return whole_space


def _make_movable(node: dict[str, Any], held: Node) -> None:
    """A node that an animation moves has no matrix (glTF 2.0, section 3.5.3): its parts take the
    matrix's place.
    """
    if node.pop("matrix", None) is not None:
        x, y, z = (float(v) for v in held.turn[1:])
        parts = {
            "translation": held.place.tolist(),
            "rotation": [x, y, z, float(held.turn[0])],
            "scale": held.scale.tolist(),
        }
        node.update(parts)
