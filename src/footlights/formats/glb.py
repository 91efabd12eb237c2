"""GLB: the skinned dancer and its dance in one binary glTF 2.0 file, as engines read it."""

import os
from pathlib import Path
from typing import Any

import numpy as np

from ..basics.errors import FootlightsError
from ..basics.whole_files import writing
from ..motion.body import Body
from ..motion.motion import Motion
from ..motion.skeleton import Skeleton
from .figure import Figure, figure_of, vertex_normals
from .glb_read import read
from .gltf_write import (
    TRIANGLES,
    VERTICES,
    BinaryChunk,
    animation,
    asset,
    joint_nodes,
    pack_glb,
    to_gltf_axes,
)

__all__ = ["encode", "read", "write"]


def write(motion: Motion, path: str | os.PathLike[str], body: Body | None = None) -> None:
    """Write one clip as a skinned, coloured mesh with one animation, in metres, y-up.

    Args:
        motion: the clip; on the house skeleton it moves the house body, on any other skeleton a
            figure of its bones.
        path: where to; the animation bears the file's name.
        body: another body on the same skeleton as ``motion``.

    Raises:
        FootlightsError: ``body`` has another skeleton, or the file cannot be written there.
    """
    data = encode(motion, Path(path).stem, body)
    with writing(path) as temporary:
        temporary.write_bytes(data)


def encode(motion: Motion, name: str, body: Body | None = None) -> bytes:
    """The bytes of the file that `write` writes; ``name`` names the animation."""
    if body is not None and body.skeleton != motion.skeleton:
        raise FootlightsError(
            "the body has another skeleton than the motion", name, "retarget the motion first"
        )
    return pack_glb(*_document(motion, figure_of(motion, body), name))


def _document(motion: Motion, figure: Figure, name: str) -> tuple[dict[str, Any], bytes]:
    """The JSON document and the binary chunk.

    Joints are nodes 0..J-1, then comes their holder, then the mesh.
    """
    chunk, joints = BinaryChunk(), len(motion.skeleton)
    skin = {
        "joints": list(range(joints)),
        "skeleton": joints,
        "inverseBindMatrices": chunk.add(_inverse_bind_matrices(motion.skeleton)),
    }
    material = {
        "name": "body",
        "pbrMetallicRoughness": {"metallicFactor": 0.0, "roughnessFactor": 0.75},
    }
    document = {
        "asset": asset(motion),
        "scene": 0,
        "scenes": [{"nodes": [joints, joints + 1]}],
        "nodes": [
            *joint_nodes(motion.skeleton),
            {"name": "dancer", "children": [0]},
            {"name": "body", "mesh": 0, "skin": 0},
        ],
        "skins": [skin],
        "meshes": [{"name": "body", "primitives": [_primitive(figure, chunk)]}],
        "materials": [material],
        "animations": [animation(motion, name, chunk)],
        "accessors": chunk.accessors,
        "bufferViews": chunk.views,
        "buffers": [{"byteLength": len(chunk.data)}],
    }
    return document, bytes(chunk.data)


def _inverse_bind_matrices(skeleton: Skeleton) -> np.ndarray:
    """(J, 4, 4) column-major: the rest pose has no rotations, so they only move back."""
    matrices = np.tile(np.eye(4, dtype=np.float32), (len(skeleton), 1, 1))
    matrices[:, 3, :3] = -to_gltf_axes(skeleton.rest)
    return matrices


def _primitive(figure: Figure, chunk: BinaryChunk) -> dict[str, Any]:
    # The smallest types that hold them; 65535 itself would restart a strip.
    index_type = np.uint16 if len(figure.vertices) < 65535 else np.uint32
    joint_type = np.uint8 if figure.joints.max() < 256 else np.uint16
    joints, weights = figure.shares
    positions = to_gltf_axes(figure.vertices).astype(np.float32)
    normals = to_gltf_axes(vertex_normals(figure.vertices, figure.faces)).astype(np.float32)

    attributes = {
        "POSITION": chunk.add(positions, target=VERTICES, bounds=True),
        "NORMAL": chunk.add(normals, target=VERTICES),
        "COLOR_0": chunk.add(_linear_colors(figure.colors), target=VERTICES, normalized=True),
        "JOINTS_0": chunk.add(joints.astype(joint_type), target=VERTICES),
        "WEIGHTS_0": chunk.add(weights.astype(np.float32), target=VERTICES),
    }
    indices = chunk.add(figure.faces.reshape(-1).astype(index_type), target=TRIANGLES)
    return {"attributes": attributes, "indices": indices, "material": 0}


def _linear_colors(colors: np.ndarray) -> np.ndarray:
    """(V, 4) uint16 linear light and full opacity of sRGB (V, 3) in 0..255 (IEC 61966-2-1)."""
    share = colors / 255
    light = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return np.round(np.append(light, np.ones((len(light), 1)), axis=1) * 65535).astype(np.uint16)
