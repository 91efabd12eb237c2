"""Humanoid: a body with weight.

Masses, inertias, shapes and strengths on a skeleton, and its motion as MuJoCo's ``qpos``.
"""

import functools
from dataclasses import dataclass

import numpy as np

from ..basics.errors import FootlightsError
from ..geometry.rotations import normalize
from ..motion import anatomy
from ..motion.body import Body
from ..motion.body_segments import Segment, segments
from ..motion.motion import Motion
from ..motion.skeleton import Skeleton


@dataclass(frozen=True, eq=False)
class Humanoid:
    """Rigid segments, one for each of J joints, in the frames of their joints; metres, kilograms.

    Attributes:
        skeleton: the joints; ``offsets`` (J, 3) theirs, in double precision.
        masses: (J,) kg.
        centres: (J, 3) centre of mass.
        inertias: (J, 3, 3) about the centre, kg m2.
        strengths: (J, 3) most torque about x, y, z of the segment, N m; infinite for the root.
        points: (P, 3) what may touch the floor; ``point_joints`` (P,) the joint each hangs on.
        soles: (P,) bool, whether a point is a corner of a sole.
        capsule_ends: (J, 2, 3) and ``capsule_radii`` (J,): the flesh, for touching itself.
        boxes: joint -> (lowest corner, highest corner), for the parts of the feet.
    """

    skeleton: Skeleton
    offsets: np.ndarray
    masses: np.ndarray
    centres: np.ndarray
    inertias: np.ndarray
    strengths: np.ndarray
    points: np.ndarray
    point_joints: np.ndarray
    soles: np.ndarray
    capsule_ends: np.ndarray
    capsule_radii: np.ndarray
    boxes: dict[int, tuple[np.ndarray, np.ndarray]]

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
        return _house() if body is None else _made(body)

    @property
    def mass(self) -> float:
        """Kilograms."""
        return float(self.masses.sum())

    @property
    def weight(self) -> float:
        """Newtons."""
        return self.mass * anatomy.GRAVITY

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
        """(T, 3 + 4 J) float64: place of the root, its quaternion, then each joint's, depth first;
        w x y z, signs continuous.

        Raises:
            FootlightsError: the motion is on another skeleton.
        """
        self.check(motion)
        turns = motion.continuous().rotations.astype(np.float64)[:, list(self.depth_first)]
        return np.concatenate(
            [motion.root.astype(np.float64), turns.reshape(len(motion), -1)], axis=1
        )

    def motion(self, qpos: np.ndarray, fps: float) -> Motion:
        """The motion of ``qpos`` (T, 3 + 4 J), as `qpos` gives it.

        Raises:
            FootlightsError: the numbers are not this body's, or not finite.
        """
        qpos = np.asarray(qpos, np.float64)
        joints = len(self.skeleton)
        if qpos.ndim != 2 or qpos.shape[1] != 3 + 4 * joints:
            raise FootlightsError(
                f"qpos of shape {qpos.shape}", "humanoid", f"it must be (T, {3 + 4 * joints})"
            )
        turns = np.empty((len(qpos), joints, 4))
        turns[:, list(self.depth_first)] = normalize(qpos[:, 3:].reshape(len(qpos), joints, 4))
        return Motion(qpos[:, :3], turns, fps, self.skeleton)

    def check(self, motion: Motion) -> None:
        """FootlightsError when ``motion`` is on another skeleton."""
        if motion.skeleton != self.skeleton:
            what = f"the motion is on another skeleton ({len(motion.skeleton)} joints)"
            raise FootlightsError(what, "humanoid", "retarget it to the house skeleton first")


@functools.cache
def _house() -> Humanoid:
    return _made(Body.load())


def _made(body: Body) -> Humanoid:
    names = body.skeleton.names
    known = {name for _, joints in anatomy.SEGMENTS.values() for name in joints}
    if strange := [name for name in names if anatomy.of(name) not in known and name not in known]:
        raise FootlightsError(
            f"a joint called {strange[0]!r}", "humanoid", "a body on SMPL's 24 joints is needed"
        )
    flesh = segments(body)
    masses = _masses(body, flesh)
    density = np.array([mass / part.volume for mass, part in zip(masses, flesh, strict=True)])
    strengths = np.array([anatomy.TORQUES.get(anatomy.of(name), (np.inf,) * 3) for name in names])
    points, joints, soles = _points(body, flesh)
    return Humanoid(
        skeleton=body.skeleton,
        offsets=body.skeleton.offsets.astype(np.float64),
        masses=masses,
        centres=np.stack([part.centre for part in flesh]),
        inertias=np.stack([d * part.inertia for d, part in zip(density, flesh, strict=True)]),
        strengths=strengths * (masses.sum() / 70) * (_height(body) / 1.75),
        points=points,
        point_joints=joints,
        soles=soles,
        capsule_ends=np.stack([part.ends for part in flesh]),
        capsule_radii=np.array([part.radius for part in flesh]),
        boxes={joint: _box(body, joint) for joint in body.sole_joints},
    )


def _height(body: Body) -> float:
    return float(body.vertices[:, 2].max() - body.vertices[:, 2].min())


def _masses(body: Body, flesh: tuple[Segment, ...]) -> np.ndarray:
    """(J,) kg: the mesh's mass by de Leva's shares, within a segment by volume."""
    a, b, c = (body.vertices[body.faces[:, i]].astype(np.float64) for i in range(3))
    total = anatomy.DENSITY * np.einsum("fi,fi->", a, np.cross(b, c)) / 6
    names, volumes = body.skeleton.names, np.array([part.volume for part in flesh])
    masses = np.zeros(len(names))
    for share, joints in anatomy.SEGMENTS.values():
        for side in ("left_", "right_"):
            whole = any(name in names for name in joints)  # the trunk, once
            here = [
                names.index(n)
                for n in (joints if whole else [side + j for j in joints])
                if n in names
            ]
            masses[here] = share * volumes[here] / volumes[here].sum()
    return total * masses / masses.sum()


def _points(body: Body, flesh: tuple[Segment, ...]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Points, their joints and which are soles: the body's own corners for the feet, the farthest
    of the hull elsewhere.
    """
    points, joints, soles = [], [], []
    for part, joint in zip(body.sole_points, body.sole_joints, strict=True):
        points.append(part.astype(np.float64))
        joints += [joint] * len(part)
    soles = [True] * len(joints)
    for joint, segment in enumerate(flesh):
        if joint not in body.sole_joints:
            points.append(segment.points)
            joints += [joint] * len(segment.points)
    soles += [False] * (len(joints) - len(soles))
    return np.concatenate(points), np.array(joints, np.int64), np.array(soles)


def _box(body: Body, joint: int) -> tuple[np.ndarray, np.ndarray]:
    """Lowest and highest corner of the box of a part of a foot: as wide and long as its sole, up
    to the joint.
    """
    corners = body.sole_points[body.sole_joints.index(joint)].astype(np.float64)
    low, high = corners.min(0), corners.max(0)
    return low, np.array([high[0], high[1], max(0.0, low[2] + 0.02)])
