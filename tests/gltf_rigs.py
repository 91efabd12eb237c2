"""Small glTF files by hand: a clip below an armature of its own, as other programs write."""

import base64
import json
import struct
from pathlib import Path

import numpy as np

from footlights.geometry.rotations import matrix_from_quat
from footlights.motion.motion import Motion

_TYPES = {1: "SCALAR", 3: "VEC3", 4: "VEC4"}


class Maker:
    """A document while it grows.

    ``add`` takes an array, ``key`` an animated property; ``glb`` and ``gltf`` give the bytes.
    """

    def __init__(self, nodes: list[dict], **more: object) -> None:
        self.data = b""
        self.document = {
            "asset": {"version": "2.0"},
            "nodes": nodes,
            "accessors": [],
            "bufferViews": [],
            "animations": [{"name": "dance", "samplers": [], "channels": []}],
            **more,
        }

    def add(self, values: np.ndarray, normalized: bool = False) -> int:
        values = np.atleast_2d(np.asarray(values).T).T
        kind = {"float32": 5126, "int16": 5122, "uint8": 5121}[values.dtype.name]
        view = {"buffer": 0, "byteOffset": len(self.data), "byteLength": values.nbytes}
        accessor = {
            "bufferView": len(self.document["bufferViews"]),
            "componentType": kind,
            "count": len(values),
        }
        self.document["bufferViews"].append(view)
        self.document["accessors"].append(
            accessor | {"type": _TYPES[values.shape[1]], "normalized": normalized}
        )
        self.data += values.tobytes() + b"\0" * (-values.nbytes % 4)
        return len(self.document["accessors"]) - 1

    def key(
        self,
        node: int,
        path: str,
        times: int,
        values: np.ndarray,
        way: str = "LINEAR",
        normalized: bool = False,
    ) -> None:
        animation = self.document["animations"][0]
        animation["channels"].append(
            {"sampler": len(animation["samplers"]), "target": {"node": node, "path": path}}
        )
        animation["samplers"].append(
            {"input": times, "output": self.add(values, normalized), "interpolation": way}
        )

    def glb(self) -> bytes:
        text = json.dumps(self.document | {"buffers": [{"byteLength": len(self.data)}]}).encode()
        text += b" " * (-len(text) % 4)
        body = (
            struct.pack("<I4s", len(text), b"JSON")
            + text
            + struct.pack("<I4s", len(self.data), b"BIN\0")
            + self.data
        )
        return struct.pack("<4sII", b"glTF", 2, 12 + len(body)) + body

    def gltf(self, uri: str | None = None) -> bytes:
        uri = uri or "data:application/octet-stream;base64," + base64.b64encode(self.data).decode()
        return json.dumps(
            self.document | {"buffers": [{"byteLength": len(self.data), "uri": uri}]}
        ).encode()


def armature(
    motion: Motion,
    size: float = 0.01,
    turn: tuple = (0.70710678, 0, 0, 0.70710678),
    skin: bool = True,
) -> Maker:
    """``motion`` below a node of a ``size``, turned by ``turn`` (x y z w); joints are z-up.



    The default turn is +90 degrees about x, after which the house's axes stand y-up but face away:
    positions as read are the house's turned by half a turn about x. Give (-0.70710678, 0, 0,
    0.70710678) to stand upright.
    """
    skeleton = motion.skeleton
    nodes = [{"name": "Armature", "scale": [size] * 3, "rotation": list(turn), "children": [1]}]
    for joint, name in enumerate(skeleton.names):
        children = [1 + c for c, p in enumerate(skeleton.parents) if p == joint]
        nodes.append({"name": name, "translation": (skeleton.offsets[joint] / size).tolist()})
        if children:
            nodes[-1]["children"] = children
    maker = Maker(nodes)
    if skin:
        maker.document["skins"] = [{"joints": list(range(1, 1 + len(skeleton)))}]
    times = maker.add((np.arange(len(motion)) / motion.fps + 1 / motion.fps).astype(np.float32))
    maker.key(1, "translation", times, (motion.root / size).astype(np.float32))
    for joint in range(len(skeleton)):
        maker.key(1 + joint, "rotation", times, motion.rotations[:, joint][:, [1, 2, 3, 0]])
    return maker


UPRIGHT = (-0.70710678, 0.0, 0.0, 0.70710678)

VRM_NAMES = {
    "pelvis": "hips",
    "left_hip": "leftUpperLeg",
    "right_hip": "rightUpperLeg",
    "spine1": "spine",
    "left_knee": "leftLowerLeg",
    "right_knee": "rightLowerLeg",
    "spine2": "chest",
    "left_ankle": "leftFoot",
    "right_ankle": "rightFoot",
    "spine3": "upperChest",
    "left_foot": "leftToes",
    "right_foot": "rightToes",
    "neck": "neck",
    "head": "head",
    "left_collar": "leftShoulder",
    "right_collar": "rightShoulder",
    "left_shoulder": "leftUpperArm",
    "right_shoulder": "rightUpperArm",
    "left_elbow": "leftLowerArm",
    "right_elbow": "rightLowerArm",
    "left_wrist": "leftHand",
    "right_wrist": "rightHand",
}


def vrm(motion: Motion, version: int = 1) -> Maker:
    """A clip on the house skeleton as a VRM file, its bones named by the extension alone."""
    maker = armature(motion, 1.0, UPRIGHT)
    names = list(motion.skeleton.names)
    bones = {bone: names.index(name) + 1 for name, bone in VRM_NAMES.items()}
    for number, node in enumerate(maker.document["nodes"]):
        node["name"] = f"J_{number}"
    listed = {bone: {"node": node} for bone, node in bones.items()}
    if version == 0:
        kind, human_bones = "VRM", [{"bone": bone, "node": node} for bone, node in bones.items()]
    else:
        kind, human_bones = ("VRMC_vrm" if version == 1 else "VRMC_vrm_animation"), listed
    maker.document["extensions"] = {kind: {"humanoid": {"humanBones": human_bones}}}
    return maker


def put(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def turned_world(motion: Motion, turn: np.ndarray) -> np.ndarray:
    """(T, J, 3) joint places turned by a quaternion w x y z."""
    return motion.positions @ matrix_from_quat(turn).T


def to_house(points: np.ndarray) -> np.ndarray:
    """glTF points (..., 3) in the house's axes: y-up to z-up."""
    return np.stack([points[..., 0], -points[..., 2], points[..., 1]], axis=-1)
