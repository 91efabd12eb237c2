"""The house body: a skinned mesh bound to SMPL's 24 joints, and where the soles of its feet are."""

import functools
from dataclasses import dataclass
from importlib import resources

import numpy as np

from ..basics.errors import FootlightsError
from ..geometry.rotations import matrix_from_quat
from .motion import CONTACT_NAMES, Motion
from .skeleton import SMPL24, Skeleton, forward_kinematics


@dataclass(frozen=True, eq=False)
class Body:
    """A closed triangle mesh that follows a skeleton.

    The rest pose is in metres, z up, facing -y, left at +x, soles on z = 0.

    Attributes:
        skeleton: the J joints it is bound to.
        vertices: (V, 3) float32 rest pose.
        faces: (F, 3) int32, counter-clockwise seen from outside.
        weight_joints: (V, 4) int32 joints that move a vertex; 0 where the weight is 0.
        weights: (V, 4) float32 their shares, summing to 1.
        colors: (V, 3) uint8 sRGB.
        sole_vertices: for each contact name, the vertices of that part of the sole.
        sole_joints: for each contact name, the joint that part of the sole hangs on.
        sole_points: (4, K, 3) float32 corners of each part in the frame of its joint.
    """

    skeleton: Skeleton
    vertices: np.ndarray
    faces: np.ndarray
    weight_joints: np.ndarray
    weights: np.ndarray
    colors: np.ndarray
    sole_vertices: dict[str, np.ndarray]
    sole_joints: tuple[int, int, int, int]
    sole_points: np.ndarray

    @staticmethod
    def load() -> "Body":
        """The house body, read once."""
        return _house_body()

    @functools.cached_property
    def blend(self) -> np.ndarray:
        """(V, 4 J) float32 weight times rest position (x, y, z, 1) of a vertex, joint by joint.

        Its product with the joints' transforms (4 J, 3) is the skinned mesh.
        """
        spread = np.zeros((len(self.vertices), len(self.skeleton), 4), np.float32)
        rows = np.arange(len(self.vertices))[:, None]
        homogeneous = np.concatenate([self.vertices, np.ones_like(self.vertices[:, :1])], -1)
        # add.at and not an assignment: a joint may stand twice in a vertex's row, with weight 0.
        blended = self.weights[..., None] * homogeneous[:, None]
        np.add.at(spread, (rows, self.weight_joints), blended)
        return spread.reshape(len(self.vertices), -1)

    @functools.cached_property
    def owners(self) -> np.ndarray:
        """(V,) the joint that moves each vertex most."""
        return np.take_along_axis(self.weight_joints, self.weights.argmax(1)[:, None], 1)[:, 0]

    def skin(self, motion: Motion) -> np.ndarray:
        """(T, V, 3) float32 vertices in the world, by linear blend skinning.

        They take 80 kB a frame: give long clips in parts.

        Raises:
            FootlightsError: the motion is on another skeleton.
        """
        _check(motion, self.skeleton)
        positions, rotations = motion.kinematics()

        # Each joint's transform from rest to now, as rows x, y, z of (rotation | shift).
        shift = positions - (rotations @ self.skeleton.rest[:, :, None])[..., 0]
        transforms = np.concatenate([rotations, shift[..., None]], -1).transpose(0, 2, 1, 3)
        transforms = transforms.reshape(len(motion) * 3, -1)

        # One large product for all frames and vertices.
        vertices = np.ascontiguousarray(transforms, np.float32) @ self.blend.T
        return np.ascontiguousarray(vertices.reshape(len(motion), 3, -1).transpose(0, 2, 1))


def soles(motion: Motion, body: Body | None = None) -> np.ndarray:
    """(T, 4, K, 3) float32 world positions of the corners of the soles, metres.

    The four parts are left heel, left toe, right heel, right toe.

    Raises:
        FootlightsError: the motion is on another skeleton.
    """
    body = Body.load() if body is None else body
    _check(motion, body.skeleton)
    # Only the legs are needed: a third of the work of the whole body's kinematics.
    legs, chain = _legs(body)
    local = matrix_from_quat(motion.rotations[:, chain])
    positions, rotations = forward_kinematics(legs, motion.root, local)
    at = [chain.index(joint) for joint in body.sole_joints]
    corners = np.einsum("tsij,skj->tski", rotations[:, at], body.sole_points)
    result: np.ndarray = positions[:, at, None] + corners
    return result


def sole_heights(motion: Motion, body: Body | None = None) -> np.ndarray:
    """(T, 4) float32 height over z = 0 of the lowest corner of each part of the soles, metres."""
    heights: np.ndarray = soles(motion, body)[..., 2].min(-1)
    return heights


def _check(motion: Motion, skeleton: Skeleton) -> None:
    if motion.skeleton != skeleton:
        joints = len(motion.skeleton)
        raise FootlightsError(
            f"the motion is on another skeleton ({joints} joints)",
            "body",
            "retarget it to SMPL24 first",
        )


@functools.cache
def _legs(body: Body) -> tuple[Skeleton, list[int]]:
    """The joints between root and soles as a skeleton, and their indices in the whole one."""
    needed = set()
    for joint in body.sole_joints:
        while joint >= 0:
            needed.add(joint)
            joint = body.skeleton.parents[joint]
    chain = sorted(needed)
    parents = tuple(-1 if j == 0 else chain.index(body.skeleton.parents[j]) for j in chain)
    names = tuple(body.skeleton.names[j] for j in chain)
    return Skeleton(names, parents, body.skeleton.offsets[chain]), chain


@functools.cache
def _house_body() -> Body:
    with (
        resources.files("footlights").joinpath("assets/body.npz").open("rb") as file,
        np.load(file) as asset,
    ):
        arrays = {name: asset[name] for name in asset.files}
    whole = {"faces": np.int32, "weight_joints": np.int32}
    parts = {name: arrays[name].astype(kind) for name, kind in whole.items()}
    parts |= {name: arrays[name] for name in ("vertices", "weights", "colors", "sole_points")}
    named = {name: arrays[f"sole_{name}"].astype(np.int32) for name in CONTACT_NAMES}
    for array in (*parts.values(), *named.values()):
        array.flags.writeable = False
    left, right = (
        [SMPL24.index(f"{side}_{part}") for part in ("ankle", "foot")] for side in ("left", "right")
    )
    return Body(
        skeleton=SMPL24,
        **parts,
        sole_vertices=named,
        sole_joints=(left[0], left[1], right[0], right[1]),
    )
