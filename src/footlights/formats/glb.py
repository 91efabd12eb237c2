"""GLB: the skinned dancer and its dance in one binary glTF 2.0 file, as Blender, game engines and
three.js load it.

glTF is y-up with quaternions x y z w: a point (x, y, z) of the house becomes (x, z, -y), rotations
turn with it.
"""

import json
import os
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .. import __version__
from ..basics.errors import FootlightsError
from ..basics.whole_files import writing
from ..motion.body import Body
from ..motion.motion import Motion
from ..motion.skeleton import SMPL24, Skeleton
from .glb_read import read

__all__ = ["encode", "read", "write"]

_COMPONENT = {"float32": 5126, "uint8": 5121, "uint16": 5123, "uint32": 5125}
_SHAPE = {(): "SCALAR", (3,): "VEC3", (4,): "VEC4", (4, 4): "MAT4"}
_VERTICES, _TRIANGLES = 34962, 34963


def write(motion: Motion, path: str | os.PathLike[str], body: Body | None = None) -> None:
    """Write one clip as a skinned, coloured mesh with one animation named after the file, metres,
    y-up.

    Args:
        motion: the clip; on the house skeleton it moves the house body, on any other skeleton a
            figure of its bones.
        path: where to.
        body: another body on the same skeleton as ``motion``.

    Raises:
        FootlightsError: ``body`` has another skeleton, or the place cannot be written.
    """
    data = encode(motion, Path(path).stem, body)
    with writing(path) as temporary:
        temporary.write_bytes(data)


def encode(motion: Motion, name: str, body: Body | None = None) -> bytes:
    """The bytes of the file that ``write`` writes; ``name`` names the animation."""
    if body is None and motion.skeleton == SMPL24:
        body = Body.load()
    if body is not None and body.skeleton != motion.skeleton:
        raise FootlightsError(
            "the body has another skeleton than the motion", name, "retarget the motion first"
        )
    figure = bones(motion.skeleton) if body is None else dressed(body)
    return packed(*_document(motion, figure, name))


@dataclass(frozen=True)
class Figure:
    """A mesh bound to joints, in house axes: vertices (V, 3), faces (F, 3), joints and weights (V,
    4), colours (V, 3) sRGB.
    """

    vertices: np.ndarray
    faces: np.ndarray
    joints: np.ndarray
    weights: np.ndarray
    colors: np.ndarray


def dressed(body: Body) -> Figure:
    """The body's own skin."""
    return Figure(body.vertices, body.faces, body.weight_joints, body.weights, body.colors)


def bones(skeleton: Skeleton) -> Figure:
    """A slim octahedron from each joint to its child, and a small one for the root itself."""
    rest = skeleton.rest.astype(np.float64)
    parts, owners = [_octahedron(rest[0] - [0, 0, 0.03], rest[0] + [0, 0, 0.03])], [0]
    for joint, parent in enumerate(skeleton.parents):
        if parent >= 0 and np.linalg.norm(rest[joint] - rest[parent]) > 1e-3:
            parts.append(_octahedron(rest[parent], rest[joint]))
            owners.append(parent)
    vertices = np.concatenate(parts)
    joints, weights = np.zeros((2, len(vertices), 4))
    joints[:, 0], weights[:, 0] = np.repeat(owners, len(parts[0])), 1
    faces = np.arange(len(vertices)).reshape(-1, 3)
    return Figure(vertices, faces, joints, weights, np.full((len(vertices), 3), 176))


def _octahedron(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Corners (24, 3) of the eight triangles of a bone from ``start`` to ``end``, each triangle
    with its own.
    """
    along = end - start
    aside = np.cross(along, np.eye(3)[np.argmin(abs(along))])
    aside *= np.clip(0.12 * np.linalg.norm(along), 0.004, 0.03) / np.linalg.norm(aside)
    across = np.cross(along, aside) / np.linalg.norm(along)
    ring = [start + 0.2 * along + side for side in (aside, across, -aside, -across)]
    triangles = []
    for one, two in zip(ring, ring[1:] + ring[:1], strict=True):
        triangles += [start, two, one, end, one, two]
    return np.array(triangles)


def _normals(vertices: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """Unit normals (V, 3) weighted by triangle area; upward where a vertex has no triangle."""
    a, b, c = (vertices[faces[:, i]].astype(np.float64) for i in range(3))
    sums = np.zeros((len(vertices), 3))
    for i in range(3):
        np.add.at(sums, faces[:, i], np.cross(b - a, c - a))
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    return np.where(lengths > 1e-12, sums / np.maximum(lengths, 1e-12), [0.0, 0.0, 1.0])


def _upright(points: np.ndarray) -> np.ndarray:
    """Points (..., 3) of the house in glTF's axes."""
    return points[..., [0, 2, 1]] * np.array([1, 1, -1], np.float32)


def _linear(colors: np.ndarray) -> np.ndarray:
    """(V, 4) uint16 linear light and full opacity of sRGB colours (V, 3) in 0..255 (IEC
    61966-2-1).
    """
    share = colors / 255
    light = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return np.round(np.append(light, np.ones((len(light), 1)), axis=1) * 65535).astype(np.uint16)


class Binary:
    """The binary chunk while it grows: every array becomes one buffer view and one accessor."""

    def __init__(self) -> None:
        self.data = bytearray()
        self.views: list[dict[str, Any]] = []
        self.accessors: list[dict[str, Any]] = []

    def add(
        self, array: np.ndarray, *, target: int = 0, normalized: bool = False, bounds: bool = False
    ) -> int:
        """Append one array; return the index of its accessor."""
        array = np.ascontiguousarray(array)
        view = {"buffer": 0, "byteOffset": len(self.data), "byteLength": array.nbytes}
        accessor = {
            "bufferView": len(self.views),
            "componentType": _COMPONENT[array.dtype.name],
            "count": len(array),
            "type": _SHAPE[array.shape[1:]],
        }
        if bounds:
            flat = array.reshape(len(array), -1)
            accessor |= {"min": flat.min(0).tolist(), "max": flat.max(0).tolist()}
        self.views.append(view | ({"target": target} if target else {}))
        self.accessors.append(accessor | ({"normalized": True} if normalized else {}))
        self.data += array.astype(array.dtype.newbyteorder("<")).tobytes()
        self.data += b"\0" * (-len(self.data) % 4)
        return len(self.accessors) - 1


def _document(motion: Motion, figure: Figure, name: str) -> tuple[dict[str, Any], bytes]:
    """The JSON document and the binary chunk: joints are nodes 0..J-1, then their holder, then the
    mesh.
    """
    binary, joints = Binary(), len(motion.skeleton)
    document = {
        "asset": {
            "version": "2.0",
            "generator": f"footlights {__version__}",
            "extras": {"fps": motion.fps},
        },
        "scene": 0,
        "scenes": [{"nodes": [joints, joints + 1]}],
        "nodes": [
            *joint_nodes(motion.skeleton),
            {"name": "dancer", "children": [0]},
            {"name": "body", "mesh": 0, "skin": 0},
        ],
        "skins": [
            {
                "joints": list(range(joints)),
                "skeleton": joints,
                "inverseBindMatrices": binary.add(_unbind(motion.skeleton)),
            }
        ],
        "meshes": [{"name": "body", "primitives": [_primitive(figure, binary)]}],
        "materials": [
            {
                "name": "body",
                "pbrMetallicRoughness": {"metallicFactor": 0.0, "roughnessFactor": 0.75},
            }
        ],
        "animations": [animation(motion, name, binary)],
        "accessors": binary.accessors,
        "bufferViews": binary.views,
        "buffers": [{"byteLength": len(binary.data)}],
    }
    return document, bytes(binary.data)


def joint_nodes(skeleton: Skeleton) -> list[dict[str, Any]]:
    """One node for each joint, in their order, at its rest place and without a turn."""
    nodes = []
    for joint, (name, offset) in enumerate(
        zip(skeleton.names, _upright(skeleton.offsets), strict=True)
    ):
        children = [child for child, parent in enumerate(skeleton.parents) if parent == joint]
        nodes.append(
            {"name": name, "translation": offset.tolist()}
            | ({"children": children} if children else {})
        )
    return nodes


def _unbind(skeleton: Skeleton) -> np.ndarray:
    """Inverse bind matrices (J, 4, 4), column-major: the rest pose has no rotations, so they only
    move back.
    """
    matrices = np.tile(np.eye(4, dtype=np.float32), (len(skeleton), 1, 1))
    matrices[:, 3, :3] = -_upright(skeleton.rest)
    return matrices


def _primitive(figure: Figure, binary: Binary) -> dict[str, Any]:
    index_type = np.uint16 if len(figure.vertices) < 65535 else np.uint32
    weights = figure.weights / figure.weights.sum(1, keepdims=True)
    joints = np.where(weights > 0, figure.joints, 0).astype(
        np.uint8 if figure.joints.max() < 256 else np.uint16
    )
    normals = _normals(figure.vertices, figure.faces)
    attributes = {
        "POSITION": binary.add(
            _upright(figure.vertices).astype(np.float32), target=_VERTICES, bounds=True
        ),
        "NORMAL": binary.add(_upright(normals).astype(np.float32), target=_VERTICES),
        "COLOR_0": binary.add(_linear(figure.colors), target=_VERTICES, normalized=True),
        "JOINTS_0": binary.add(joints, target=_VERTICES),
        "WEIGHTS_0": binary.add(weights.astype(np.float32), target=_VERTICES),
    }
    indices = binary.add(figure.faces.reshape(-1).astype(index_type), target=_TRIANGLES)
    return {"attributes": attributes, "indices": indices, "material": 0}


def animation(motion: Motion, name: str, binary: Binary) -> dict[str, Any]:
    """One sampler for the root's place and one for each joint's rotation, all on the same times."""
    times = binary.add((np.arange(len(motion)) / motion.fps).astype(np.float32), bounds=True)
    quats = motion.continuous().rotations[..., [1, 3, 2, 0]] * np.array([1, 1, -1, 1], np.float32)
    samplers = [{"input": times, "output": binary.add(_upright(motion.root))}]
    targets = [{"node": 0, "path": "translation"}]
    for joint in range(len(motion.skeleton)):
        samplers.append({"input": times, "output": binary.add(quats[:, joint])})
        targets.append({"node": joint, "path": "rotation"})
    channels = [{"sampler": i, "target": target} for i, target in enumerate(targets)]
    return {"name": name, "samplers": samplers, "channels": channels}


def packed(document: dict[str, Any], binary: bytes) -> bytes:
    """Header, JSON chunk padded with spaces, binary chunk (glTF 2.0, section 4.4)."""
    text = json.dumps(document, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    chunks = (
        struct.pack("<II", len(text), 0x4E4F534A)
        + text
        + struct.pack("<II", len(binary), 0x004E4942)
        + binary
    )
    return struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks
