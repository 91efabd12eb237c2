"""Joint trees and forward kinematics, written once for numpy and torch."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from array_api_compat import array_namespace, device

from ..basics.errors import FootlightsError
from ..basics.suggestions import advice

Array = Any
_LONGEST_BONE = 100_000.0  # metres; the root's rest place counts as one


@dataclass(frozen=True, eq=False, repr=False)
class Skeleton:
    """A tree of joints.

    Attributes:
        names: J joint names; a parent stands before its children.
        parents: index of each joint's parent, -1 for the root, which is joint 0.
        offsets: (J, 3) float32, rest position of each joint in its parent's frame, metres; the
            root's is its rest place.
    """

    names: tuple[str, ...]
    parents: tuple[int, ...]
    offsets: np.ndarray

    def __post_init__(self) -> None:
        # A copy of our own that nobody can write to: skeletons are compared, hashed and cached.
        offsets = np.array(self.offsets, np.float32)
        offsets.flags.writeable = False
        object.__setattr__(self, "offsets", offsets)
        # Half a character, as JSON can spell it, could be written into no text file; nor could
        # what an array of text holds beyond the last character there is.
        names = (str(n).encode("utf-8", "replace").decode("utf-8", "replace") for n in self.names)
        object.__setattr__(self, "names", tuple(names))
        object.__setattr__(self, "parents", tuple(int(p) for p in self.parents))

        joints = len(self.names)
        if not joints or len(self.parents) != joints or offsets.shape != (joints, 3):
            counts = f"{joints} names, {len(self.parents)} parents and offsets {offsets.shape}"
            raise FootlightsError(f"{counts} do not make a skeleton")
        if self.parents[0] != -1 or any(not 0 <= p < j for j, p in enumerate(self.parents) if j):
            raise FootlightsError(
                "parents must stand before their children and only joint 0 may be a root",
                "skeleton",
            )
        if not np.isfinite(offsets).all():
            raise FootlightsError("offsets are not finite", "skeleton")
        if np.abs(offsets).max() > _LONGEST_BONE:
            joint = self.names[int(np.abs(offsets).max(-1).argmax())]
            what = f"{joint!r} is more than {_LONGEST_BONE / 1000:g} km from its parent"
            raise FootlightsError(what, "skeleton", "check its unit, or export it again")

    def __repr__(self) -> str:
        """Its size and its root: "Skeleton(24 joints from pelvis)"."""
        return f"Skeleton({len(self)} joints from {self.names[0]})"

    def __len__(self) -> int:
        return len(self.names)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Skeleton):
            return NotImplemented
        same = self.names == other.names and self.parents == other.parents
        return same and np.allclose(self.offsets, other.offsets, atol=1e-6)

    def __hash__(self) -> int:
        return hash((self.names, self.parents))

    def index(self, name: str) -> int:
        """Place of the joint called ``name``.

        Raises:
            FootlightsError: there is none; it lists those that there are.
        """
        if name not in self.names:
            do = advice(name, self.names, f"the joints are {', '.join(self.names)}")
            raise FootlightsError(f"no joint called {name!r}", "skeleton", do)
        return self.names.index(name)

    def chain(self, ancestor: int, joint: int) -> list[int]:
        """Joints from ``ancestor`` down to ``joint``, both included.

        From the root down when ``joint`` does not hang below ``ancestor``.
        """
        line = [joint]
        while line[-1] != ancestor and self.parents[line[-1]] >= 0:
            line.append(self.parents[line[-1]])
        return line[::-1]

    @cached_property
    def rest(self) -> np.ndarray:
        """(J, 3) float32 joint positions of the rest pose, metres, root at its rest place."""
        positions = np.array(self.offsets)
        for j, p in enumerate(self.parents):
            if p >= 0:
                positions[j] += positions[p]
        return positions

    @cached_property
    def levels(self) -> tuple[tuple[int, ...], ...]:
        """Joint indices by depth, the root's level first; one level can be computed at once."""
        depth = [0] * len(self)
        for j, p in enumerate(self.parents):
            depth[j] = 0 if p < 0 else depth[p] + 1
        return tuple(
            tuple(j for j, d in enumerate(depth) if d == level) for level in range(max(depth) + 1)
        )

    @cached_property
    def steps(self) -> np.ndarray:
        """(J, J) int bones on the way from joint to joint; J where there is no way."""
        # Parents stand before their children, so a joint's way to those before it is its parent's
        # way and one bone more.
        steps = np.full((len(self),) * 2, len(self))
        for joint, parent in enumerate(self.parents):
            if parent >= 0:
                steps[joint, :joint] = steps[:joint, joint] = steps[parent, :joint] + 1
            steps[joint, joint] = 0
        bounded: np.ndarray = np.minimum(steps, len(self))
        return bounded

    @cached_property
    def swapped(self) -> tuple[int, ...]:
        """For each joint the index of its mirror image (itself when it has none), by name.

        Sides are words ("LeftUpLeg", "mixamorig:RightArm") or letters ("lThigh", "Bip01 R Foot",
        "thigh.L", "lfemur").
        """
        return tuple(
            next(
                (self.names.index(other) for other in _mirrored(name) if other in self.names), joint
            )
            for joint, name in enumerate(self.names)
        )


_OTHER = {"left": "right", "Left": "Right", "LEFT": "RIGHT", "l": "r", "L": "R"}
_OTHER |= {right: left for left, right in _OTHER.items()}
_SIDE = re.compile(r"left|Left|LEFT|right|Right|RIGHT|(?<![A-Za-z])[lrLR]|[lrLR](?![A-Za-z])")


def _mirrored(name: str) -> Iterator[str]:
    """The name with one mark of its side exchanged.

    Words come first, then letters where a part of the name begins or ends.
    """
    for mark in sorted(_SIDE.finditer(name), key=lambda match: -len(match[0])):
        yield name[: mark.start()] + _OTHER[mark[0]] + name[mark.end() :]


def forward_kinematics(skeleton: Skeleton, root: Array, local: Array) -> tuple[Array, Array]:
    """World joint positions (..., J, 3) and rotation matrices (..., J, 3, 3).

    Args:
        skeleton: J joints.
        root: (..., 3) place of the root joint, metres.
        local: (..., J, 3, 3) rotation of each joint in its parent's frame; the root's is in the
            world.
    """
    xp = array_namespace(root, local)
    offsets = xp.asarray(np.array(skeleton.offsets), dtype=local.dtype, device=device(local))
    positions: list[Array] = [root] * len(skeleton)
    world: list[Array] = [local[..., 0, :, :]] * len(skeleton)

    # A level of the tree at a time: a handful of large products instead of one small one a joint.
    for level in skeleton.levels[1:]:
        joints = list(level)
        parents = [skeleton.parents[j] for j in joints]
        parent_world = xp.stack([world[p] for p in parents], axis=-3)
        parent_position = xp.stack([positions[p] for p in parents], axis=-2)

        position = parent_position + (parent_world @ offsets[joints, :, None])[..., 0]
        rotation = parent_world @ local[..., joints, :, :]
        for i, j in enumerate(joints):
            positions[j], world[j] = position[..., i, :], rotation[..., i, :, :]

    return xp.stack(positions, axis=-2), xp.stack(world, axis=-3)


def local_from_world(skeleton: Skeleton, world: Array) -> Array:
    """Local rotations (..., J, 3, 3) of world rotations (..., J, 3, 3)."""
    xp = array_namespace(world)
    inverse = xp.matrix_transpose(world)
    parts = [
        world[..., j, :, :] if p < 0 else inverse[..., p, :, :] @ world[..., j, :, :]
        for j, p in enumerate(skeleton.parents)
    ]
    return xp.stack(parts, axis=-3)


SMPL_NAMES = (
    "pelvis", "left_hip", "right_hip", "spine1", "left_knee", "right_knee", "spine2",
    "left_ankle", "right_ankle", "spine3", "left_foot", "right_foot", "neck", "left_collar",
    "right_collar", "head", "left_shoulder", "right_shoulder", "left_elbow", "right_elbow",
    "left_wrist", "right_wrist", "left_hand", "right_hand",
)  # fmt: skip
SMPL_PARENTS = (-1, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 12, 13, 14, 16, 17, 18, 19, 20, 21)

# Rest places (m) of the house body: z up, facing -y, left at +x, soles at z = 0; printed by
# tools/bake_body.py.
_REST = (
    (0.0, -0.0113, 0.9039), (0.109, -0.0035, 0.8955), (-0.109, -0.0035, 0.8955),
    (0.0, 0.0267, 0.9853), (0.109, -0.0035, 0.5067), (-0.109, -0.0035, 0.5067),
    (0.0, 0.0107, 1.1362), (0.109, -0.0035, 0.0757), (-0.109, -0.0035, 0.0757),
    (0.0, 0.0228, 1.2677), (0.1215, -0.1445, 0.027), (-0.1215, -0.1445, 0.027),
    (0.0, -0.0064, 1.4525), (0.0233, -0.0214, 1.3781), (-0.0233, -0.0214, 1.3781),
    (0.0, -0.0444, 1.5558), (0.1797, -0.0199, 1.377), (-0.1797, -0.0199, 1.377),
    (0.4435, -0.0199, 1.377), (-0.4435, -0.0199, 1.377), (0.6814, -0.0199, 1.377),
    (-0.6814, -0.0199, 1.377), (0.7847, -0.0199, 1.377), (-0.7847, -0.0199, 1.377),
)  # fmt: skip


def _smpl24() -> Skeleton:
    rest = np.array(_REST, np.float32)
    parents = np.array(SMPL_PARENTS)
    offsets = rest - np.where(parents[:, None] < 0, 0, rest[parents])
    return Skeleton(SMPL_NAMES, SMPL_PARENTS, offsets)


SMPL24 = _smpl24()
