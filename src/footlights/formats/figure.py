"""The mesh that a file shows of a motion: a body's own skin, or a bone for each joint."""

from dataclasses import dataclass

import numpy as np

from ..motion.body import Body
from ..motion.motion import Motion
from ..motion.skeleton import SMPL24, Skeleton

_GREY = 176  # of 255
_ROOT_SIZE = 0.03  # metres from the root to the tips of its bone
_SHORTEST_BONE = 1e-3  # metres, below which none is drawn
# A bone's widest place, as a share of its length, and its half width there: a share of its length,
# and metres.
_WAIST, _WIDTH, _SLIMMEST, _WIDEST = 0.2, 0.12, 0.004, 0.03


@dataclass(frozen=True)
class Figure:
    """A mesh bound to joints, in house axes.

    Attributes:
        vertices: (V, 3) metres, at rest.
        faces: (F, 3) indices of vertices.
        joints, weights: (V, 4) the joints that each vertex follows, and how much.
        colors: (V, 3) sRGB in 0..255.
    """

    vertices: np.ndarray
    faces: np.ndarray
    joints: np.ndarray
    weights: np.ndarray
    colors: np.ndarray

    @property
    def shares(self) -> tuple[np.ndarray, np.ndarray]:
        """Joints and weights (V, 4) that sum to 1; joint 0 where a weight is none."""
        weights = self.weights / self.weights.sum(1, keepdims=True)
        return np.where(weights > 0, self.joints, 0), weights


def figure_of(motion: Motion, body: Body | None = None) -> Figure:
    """What shows ``motion``: ``body``, else the house body on its skeleton, else bones."""
    if body is None and motion.skeleton != SMPL24:
        return bone_figure(motion.skeleton)
    return body_figure(Body.load() if body is None else body)


def body_figure(body: Body) -> Figure:
    """The body's own skin."""
    return Figure(body.vertices, body.faces, body.weight_joints, body.weights, body.colors)


def bone_figure(skeleton: Skeleton) -> Figure:
    """A slim octahedron from each joint to its child, and a small one for the root itself."""
    rest = skeleton.rest.astype(np.float64)
    tip = np.array([0, 0, _ROOT_SIZE])
    bones, owners = [_octahedron(rest[0] - tip, rest[0] + tip)], [0]
    for joint, parent in enumerate(skeleton.parents):
        if parent >= 0 and np.linalg.norm(rest[joint] - rest[parent]) > _SHORTEST_BONE:
            bones.append(_octahedron(rest[parent], rest[joint]))
            owners.append(parent)

    vertices = np.concatenate(bones)
    joints, weights = np.zeros((2, len(vertices), 4))
    joints[:, 0], weights[:, 0] = np.repeat(owners, len(bones[0])), 1
    faces = np.arange(len(vertices)).reshape(-1, 3)
    return Figure(vertices, faces, joints, weights, np.full((len(vertices), 3), _GREY))


def _octahedron(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Corners (24, 3) of the eight triangles of a bone, three for each: its edges stay sharp."""
    along = end - start
    length = np.linalg.norm(along)
    # Crossed with the axis that it points along least.
    side = np.cross(along, np.eye(3)[np.argmin(abs(along))])
    side *= np.clip(_WIDTH * length, _SLIMMEST, _WIDEST) / np.linalg.norm(side)
    other_side = np.cross(along, side) / length

    waist = start + _WAIST * along
    ring = [waist + offset for offset in (side, other_side, -side, -other_side)]
    corners = []
    for one, two in zip(ring, ring[1:] + ring[:1], strict=True):
        corners += [start, two, one, end, one, two]
    return np.array(corners)


def vertex_normals(vertices: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """(V, 3) unit normals, larger faces counting more; straight up for vertices without a face."""
    a, b, c = (vertices[faces[:, i]].astype(np.float64) for i in range(3))
    sums = np.zeros((len(vertices), 3))
    for i in range(3):
        np.add.at(sums, faces[:, i], np.cross(b - a, c - a))
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    return np.where(lengths > 1e-12, sums / np.maximum(lengths, 1e-12), [0.0, 0.0, 1.0])
