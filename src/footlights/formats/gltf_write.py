"""Writing glTF 2.0: nodes and animations of a motion, arrays in a binary chunk, the GLB container.

glTF is y-up with quaternions x y z w: a point (x, y, z) of the house becomes (x, z, -y), and
rotations turn with it.
"""

import json
import struct
from typing import Any

import numpy as np

from .. import __version__
from ..motion.motion import Motion
from ..motion.skeleton import Skeleton

VERTICES, TRIANGLES = 34962, 34963  # targets of buffer views: ARRAY_BUFFER, ELEMENT_ARRAY_BUFFER
_COMPONENT = {"float32": 5126, "uint8": 5121, "uint16": 5123, "uint32": 5125}
_TYPE = {(): "SCALAR", (3,): "VEC3", (4,): "VEC4", (4, 4): "MAT4"}
_JSON_CHUNK, _BINARY_CHUNK = 0x4E4F534A, 0x004E4942  # "JSON" and "BIN\0"


class BinaryChunk:
    """The binary chunk while it grows: every array becomes one buffer view and one accessor."""

    def __init__(self) -> None:
        self.data = bytearray()
        self.views: list[dict[str, Any]] = []
        self.accessors: list[dict[str, Any]] = []

    def add(
        self, array: np.ndarray, *, target: int = 0, normalized: bool = False, bounds: bool = False
    ) -> int:
        """Append one array; return the index of its accessor.

        Args:
            array: (N,), (N, 3), (N, 4) or (N, 4, 4).
            target: `VERTICES` or `TRIANGLES` where it is one of a mesh.
            normalized: whether whole numbers stand for shares of 1.
            bounds: whether to note the least and the largest, as some readers ask.
        """
        array = np.ascontiguousarray(array)
        view = {"buffer": 0, "byteOffset": len(self.data), "byteLength": array.nbytes}
        accessor = {
            "bufferView": len(self.views),
            "componentType": _COMPONENT[array.dtype.name],
            "count": len(array),
            "type": _TYPE[array.shape[1:]],
        }
        if bounds:
            flat = array.reshape(len(array), -1)
            accessor |= {"min": flat.min(0).tolist(), "max": flat.max(0).tolist()}

        self.views.append(view | ({"target": target} if target else {}))
        self.accessors.append(accessor | ({"normalized": True} if normalized else {}))
        self.data += array.astype(array.dtype.newbyteorder("<")).tobytes()
        self.data += b"\0" * (-len(self.data) % 4)  # accessors begin on whole words
        return len(self.accessors) - 1


def to_gltf_axes(points: np.ndarray) -> np.ndarray:
    """Points (..., 3) of the house in glTF's axes."""
    return points[..., [0, 2, 1]] * np.array([1, 1, -1], np.float32)


def asset(motion: Motion) -> dict[str, Any]:
    """The document's "asset": who wrote it, and the exact rate, which keys alone do not tell."""
    return {
        "version": "2.0",
        "generator": f"footlights {__version__}",
        "extras": {"fps": motion.fps},
    }


def joint_nodes(skeleton: Skeleton) -> list[dict[str, Any]]:
    """One node for each joint, in their order, at its rest position and without a turn."""
    nodes = []
    offsets = to_gltf_axes(skeleton.offsets)
    for joint, (name, offset) in enumerate(zip(skeleton.names, offsets, strict=True)):
        node: dict[str, Any] = {"name": name, "translation": offset.tolist()}
        children = [child for child, parent in enumerate(skeleton.parents) if parent == joint]
        nodes.append(node | ({"children": children} if children else {}))
    return nodes


def animation(motion: Motion, name: str, chunk: BinaryChunk) -> dict[str, Any]:
    """One sampler for the root's position and one for each joint's rotation, on the same times."""
    # x y z w, and the axes turned as those of points.
    signs = np.array([1, 1, -1, 1], np.float32)
    quats = motion.continuous().rotations[..., [1, 3, 2, 0]] * signs
    times = chunk.add((np.arange(len(motion)) / motion.fps).astype(np.float32), bounds=True)

    keys = [("translation", 0, to_gltf_axes(motion.root))]
    keys += [("rotation", joint, quats[:, joint]) for joint in range(len(motion.skeleton))]
    return animation_of_keys(name, times, keys, chunk)


def animation_of_keys(
    name: str, times: int, keys: list[tuple[str, int, np.ndarray]], chunk: BinaryChunk
) -> dict[str, Any]:
    """An animation: for each (property, node, values (T, D)) a sampler and a channel.

    ``times`` is the accessor of their times.
    """
    samplers = [{"input": times, "output": chunk.add(values)} for _, _, values in keys]
    channels = [
        {"sampler": i, "target": {"node": node, "path": prop}}
        for i, (prop, node, _) in enumerate(keys)
    ]
    return {"name": name, "samplers": samplers, "channels": channels}


def pack_glb(document: dict[str, Any], binary: bytes) -> bytes:
    """Header, JSON chunk padded with spaces, binary chunk (glTF 2.0, section 4.4)."""
    text = json.dumps(document, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    chunks = struct.pack("<II", len(text), _JSON_CHUNK) + text
    chunks += struct.pack("<II", len(binary), _BINARY_CHUNK) + binary
    return struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks
