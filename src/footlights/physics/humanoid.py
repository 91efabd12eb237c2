"""Humanoid: a body with weight, and its motion as MuJoCo's ``qpos``."""

import functools
from dataclasses import dataclass

import numpy as np

from ..basics.errors import FootlightsError
from ..geometry.rotations import normalize
from ..motion import anatomy
from ..motion.body import Body
from ..motion.body_segments import Segment, segment_masses, segments
from ..motion.motion import Motion
from ..motion.skeleton import Skeleton
from ..motion.world import GRAVITY

# Of the people whose torques `anatomy.TORQUES` are; other bodies' go with their mass and height.
_MEASURED_MASS, _MEASURED_HEIGHT = 70.0, 1.75  # kg, metres
_INSTEP = 0.02  # metres that the box of a part of a foot is at least high


@dataclass(frozen=True, eq=False)
class Humanoid:
    """Rigid segments, one for each of J joints, in the frames of their joints; metres, kilograms.

    Attributes:
        skeleton: the joints; ``offsets`` (J, 3) theirs, in double precision.
        masses: (J,) kg.
        centres: (J, 3) centre of mass.
        inertias: (J, 3, 3) about the centre, kg m2.
        torque_limits: (J, 3) most torque about x, y, z of the segment, N m; infinite for the root.
        contact_points: (P, 3) what may touch the floor; ``contact_joints`` (P,) the joint each
            hangs on.
        on_sole: (P,) bool, whether a contact point is a corner of a sole.
        capsule_ends: (J, 2, 3) and ``capsule_radii`` (J,): the shape that touches other segments.
        foot_boxes: joint -> (lowest corner, highest corner), for the parts of the feet.
    """

    skeleton: Skeleton
    offsets: np.ndarray
    masses: np.ndarray
    centres: np.ndarray
    inertias: np.ndarray
    torque_limits: np.ndarray
    contact_points: np.ndarray
    contact_joints: np.ndarray
    on_sole: np.ndarray
    capsule_ends: np.ndarray
    capsule_radii: np.ndarray
    foot_boxes: dict[int, tuple[np.ndarray, np.ndarray]]

    @staticmethod
    def of(body: Body | None = None) -> "Humanoid":
        """The humanoid of ``body`` (the house's, if None): any skinned mesh on joints called as
        SMPL's.

        The mass is the mesh's volume at 985 kg/m3 (61 kg for the house body), shared out by de
        Leva's (1996) segments; where a segment spans several joints, by the volumes of their hulls,
        which also give centres and inertias.

        Raises:
            FootlightsError: the skeleton's joints are not SMPL's.
        """
        return _house_humanoid() if body is None else _humanoid_of(body)

    @property
    def mass(self) -> float:
        """Kilograms."""
        return float(self.masses.sum())

    @property
    def weight(self) -> float:
        """Newtons."""
        return self.mass * GRAVITY

    @functools.cached_property
    def depth_first(self) -> tuple[int, ...]:
        """Our joints in the order in which MuJoCo numbers bodies: each with all that hangs on it
        before the next.
        """
        children: list[list[int]] = [[] for _ in self.skeleton.names]
        for joint, parent in enumerate(self.skeleton.parents):
            if parent >= 0:
                children[parent].append(joint)

        order, waiting = [], [0]
        while waiting:
            joint = waiting.pop()
            order.append(joint)
            waiting.extend(reversed(children[joint]))
        return tuple(order)

    def qpos(self, motion: Motion) -> np.ndarray:
        """(T, 3 + 4 J) float64: position of the root, its quaternion, then each joint's, depth
        first; w x y z, signs continuous.

        Raises:
            FootlightsError: the motion is on another skeleton.
        """
        self.check_skeleton(motion)
        quats = motion.continuous().rotations.astype(np.float64)[:, list(self.depth_first)]
        root = motion.root.astype(np.float64)
        return np.concatenate([root, quats.reshape(len(motion), -1)], axis=1)

    def motion(self, qpos: np.ndarray, fps: float) -> Motion:
        """The motion of ``qpos`` (T, 3 + 4 J), as `qpos` gives it.

        Raises:
            FootlightsError: the numbers are not this body's, or not finite.
        """
        qpos = np.asarray(qpos, np.float64)
        joints = len(self.skeleton)
        if qpos.ndim != 2 or qpos.shape[1] != 3 + 4 * joints:
            what = f"qpos of shape {qpos.shape}"
            raise FootlightsError(what, "humanoid", f"it must be (T, {3 + 4 * joints})")

        rotations = np.empty((len(qpos), joints, 4))
        rotations[:, list(self.depth_first)] = normalize(qpos[:, 3:].reshape(-1, joints, 4))
        return Motion(qpos[:, :3], rotations, fps, self.skeleton)

    def check_skeleton(self, motion: Motion) -> None:
        """FootlightsError when ``motion`` is on another skeleton."""
        if motion.skeleton != self.skeleton:
            what = f"the motion is on another skeleton ({len(motion.skeleton)} joints)"
            raise FootlightsError(what, "humanoid", "retarget it to the house skeleton first")


@functools.cache
def _house_humanoid() -> Humanoid:
    return _humanoid_of(Body.load())


def _humanoid_of(body: Body) -> Humanoid:
    _check_names(body)
    parts = segments(body)
    masses = segment_masses(body, parts)
    densities = [mass / part.volume for mass, part in zip(masses, parts, strict=True)]
    points, joints, on_sole = _contact_points(body, parts)

    return Humanoid(
        skeleton=body.skeleton,
        offsets=body.skeleton.offsets.astype(np.float64),
        masses=masses,
        centres=np.stack([part.centre for part in parts]),
        inertias=np.stack([d * part.inertia for d, part in zip(densities, parts, strict=True)]),
        torque_limits=_torque_limits(body, float(masses.sum())),
        contact_points=points,
        contact_joints=joints,
        on_sole=on_sole,
        capsule_ends=np.stack([part.ends for part in parts]),
        capsule_radii=np.array([part.radius for part in parts]),
        foot_boxes={joint: _foot_box(body, joint) for joint in body.sole_joints},
    )


def _check_names(body: Body) -> None:
    known = {name for _, joints in anatomy.SEGMENTS.values() for name in joints}
    for name in body.skeleton.names:
        if name not in known and anatomy.without_side(name) not in known:
            what = f"a joint called {name!r}"
            raise FootlightsError(what, "humanoid", "a body on SMPL's 24 joints is needed")


def _torque_limits(body: Body, mass: float) -> np.ndarray:
    """(J, 3) N m; the root needs none of its own: nothing holds it but the others."""
    without = (np.inf, np.inf, np.inf)
    names = [anatomy.without_side(name) for name in body.skeleton.names]
    height = float(body.vertices[:, 2].max() - body.vertices[:, 2].min())
    limits = np.array([anatomy.TORQUES.get(name, without) for name in names])
    return limits * (mass / _MEASURED_MASS) * (height / _MEASURED_HEIGHT)


def _contact_points(
    body: Body, parts: tuple[Segment, ...]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Points, their joints and which lie on soles: the body's own corners for the feet, the
    farthest of the hull elsewhere.
    """
    points = [corners.astype(np.float64) for corners in body.sole_points]
    joints = list(body.sole_joints)
    soles = len(points)

    for joint, segment in enumerate(parts):
        if joint not in body.sole_joints:
            points.append(segment.points)
            joints.append(joint)

    counts = [len(corners) for corners in points]
    on_sole = np.repeat(np.arange(len(counts)) < soles, counts)
    return np.concatenate(points), np.repeat(np.array(joints, np.int64), counts), on_sole


def _foot_box(body: Body, joint: int) -> tuple[np.ndarray, np.ndarray]:
    """Lowest and highest corner of the box of a part of a foot: as wide and long as its sole, up
    to the joint.
    """
    corners = body.sole_points[body.sole_joints.index(joint)].astype(np.float64)
    low, high = corners.min(0), corners.max(0)
    return low, np.array([high[0], high[1], max(0.0, low[2] + _INSTEP)])
