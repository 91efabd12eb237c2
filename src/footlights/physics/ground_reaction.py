"""Ground reaction: which forces of the floor, pushing within their friction cones, come nearest to
what a motion needs.

For each frame, forces at the points near the floor are found that minimise the residual wrench,
squared, plus a small cost of each force, which shares the load where there is a choice: low and
slow points take more. The cone is round, so that no direction on the floor is special.
`contact_forces` solves the problem.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from ..basics.jit import compiled
from ..geometry.signals_in_loops import smoothstep_of_number
from .contact_forces import REFERENCE_ARM, ContactProblem, nearest_forces
from .humanoid import Humanoid

CONTACT_HEIGHT = 0.03  # metres above the floor within which a point can touch it
CONTACT_FADE = 0.005  # metres above and below that over which a point's touch fades
TOUCHED_HEIGHT, UNTOUCHED_HEIGHT = CONTACT_HEIGHT - CONTACT_FADE, CONTACT_HEIGHT + CONTACT_FADE
GRIP_SPEED = 0.3  # m/s of the slowest point of a part of the body: it bears all below,
SLIDE_SPEED = 0.8  # and nothing above
# Of a body weight at one point, squared: small, but feet that push against each other are dearer
# than a residual.
_COST = 5e-4
_COST_RATIO = 20.0  # what a force far up, or at a fast point, costs more than at a resting sole
_HALF_COST_HEIGHT = 0.01  # metres at which it costs half as much more as it ever will
_HALF_COST_SPEED = 0.3  # m/s
_LEAST_LOAD = 0.01  # body weights from which a load has a centre of pressure
_LEAST_GRIP = 1e-9  # so that the cost of a sliding part stays a number


@dataclass(frozen=True, eq=False)
class GroundReaction:
    """What the floor gives, T frames, J joints; newtons, metres.

    Attributes:
        forces, moments: (T, J, 3) on each segment, moments about the centre of mass.
        normal_force: (T,) vertical force in body weights.
        centre_of_pressure: (T, 2) on the floor; NaN without load.
        slip_speed: (T,) m/s, planar speed of the slowest low point of each part of the body,
            weighted by its load; NaN without load.
        slipping_joint: (T,) the joint whose points carry most of that, -1 without load.
        residual_wrench: (T, 6) about the centre of mass, that no contact explains, in body weights
            and body weights times `REFERENCE_ARM`.
        slip_aware_residual: (T, 6) the same when points bear less the faster the part of the body
            slides on which they are.
        contact: (T,) 0 in the air to 1 on the floor.
    """

    forces: np.ndarray
    moments: np.ndarray
    normal_force: np.ndarray
    centre_of_pressure: np.ndarray
    slip_speed: np.ndarray
    slipping_joint: np.ndarray
    residual_wrench: np.ndarray
    slip_aware_residual: np.ndarray
    contact: np.ndarray


def ground_reaction(
    humanoid: Humanoid,
    points: np.ndarray,
    speeds: np.ndarray,
    centre_of_mass: np.ndarray,
    required_wrench: np.ndarray,
) -> GroundReaction:
    """Share out what a motion needs to the points near the floor z = 0.

    Args:
        points: (T, P, 3) world positions of the humanoid's contact points; speeds: (T, P) their
            planar speed, m/s.
        centre_of_mass: (T, 3); required_wrench: (T, 6) about it, newtons and newton metres.
    """
    unit = np.repeat([humanoid.weight, humanoid.weight * REFERENCE_ARM], 3)
    joints = humanoid.contact_joints
    _, parts = np.unique(grip_parts(humanoid)[joints], return_inverse=True)
    contacts = _Contacts(points, speeds, centre_of_mass, joints, parts)
    size = (len(humanoid.skeleton), humanoid.weight)
    return GroundReaction(*_solve_frames(contacts, required_wrench / unit, size))


def grip_parts(humanoid: Humanoid) -> np.ndarray:
    """(J,) the joint that stands for the part of the body a joint belongs to: toes and heel of a
    foot grip together.
    """
    parents, boxes = humanoid.skeleton.parents, humanoid.foot_boxes
    parts = [
        parent if joint in boxes and parent in boxes else joint
        for joint, parent in enumerate(parents)
    ]
    return np.array(parts)


def force_cost(height: Any, speed: Any) -> Any:
    """Of a force, in body weights, at a point ``height`` metres above the floor and ``speed`` m/s
    fast; numbers or arrays of any kind.
    """
    x, y = (height / _HALF_COST_HEIGHT) ** 2, (speed / _HALF_COST_SPEED) ** 2
    dearer = _COST_RATIO - 1
    return _COST * (1 + dearer * x / (1 + x)) * (1 + dearer * y / (1 + y))


_force_cost = compiled(force_cost)


class _Contacts(NamedTuple):
    """P points that may touch the floor in T frames: positions (T, P, 3), planar speeds (T, P), the
    centre of mass (T, 3), and of each point the joint (P,) and the number of its part (P,).
    """

    points: np.ndarray
    speeds: np.ndarray
    centre_of_mass: np.ndarray
    joints: np.ndarray
    parts: np.ndarray


class _Near(NamedTuple):
    """The points near the floor in one frame, first in arrays that have room for all."""

    indices: np.ndarray  # (P,) among all points
    moment_arms: np.ndarray  # (P, 3) from the centre of mass, metres
    costs: np.ndarray  # (P,) of a force
    sliding_costs: np.ndarray  # (P,) the same where parts that slide bear less
    forces: np.ndarray  # (P, 3) body weights


class _Parts(NamedTuple):
    """Of each part of the body in one frame, (N,): speed of its slowest point near the floor (m/s),
    how many points are near, and what they bear (body weights).
    """

    slowest: np.ndarray
    counts: np.ndarray
    load: np.ndarray


@compiled
def _solve_frames(contacts, required, size):  # type: ignore[no-untyped-def]
    """The arrays of a `GroundReaction`, in its order; ``size``: how many joints, and newtons of
    body weight.
    """
    frames, joints, weight = len(contacts.points), size[0], size[1]
    forces, moments = np.zeros((frames, joints, 3)), np.zeros((frames, joints, 3))
    normal_force, contact = np.zeros(frames), np.zeros(frames)
    pressure, slip = np.full((frames, 2), np.nan), np.full(frames, np.nan)
    slipping_joint = np.full(frames, -1)
    residual, slip_aware = np.zeros((frames, 6)), np.zeros((frames, 6))
    near, parts = _room_for(contacts)

    for t in range(frames):
        count, contact[t] = _gather_near(t, contacts, near, parts)
        slides = _charge_sliding(count, contacts.parts, near, parts)

        # What was left over a frame ago is a good guess to begin with.
        before = max(0, t - 1)
        problem = ContactProblem(required[t], near.moment_arms[:count], near.costs[:count])
        residual[t] = nearest_forces(problem, near.forces[:count], residual[before])

        _load_joints(count, contacts.joints, near, weight, forces[t], moments[t])
        normal_force[t] = _load_parts(count, contacts.parts, near, parts)
        if normal_force[t] > _LEAST_LOAD:
            _centre_pressure(contacts.points[t], count, near, normal_force[t], pressure[t])
            slip[t], slipping_joint[t] = _slip(count, contacts, near, parts, normal_force[t])

        slip_aware[t] = residual[t]
        if slides:
            problem = ContactProblem(
                required[t], near.moment_arms[:count], near.sliding_costs[:count]
            )
            slip_aware[t] = nearest_forces(problem, near.forces[:count], slip_aware[before])
    return (
        forces,
        moments,
        normal_force,
        pressure,
        slip,
        slipping_joint,
        residual,
        slip_aware,
        contact,
    )


@compiled
def _room_for(contacts):  # type: ignore[no-untyped-def]
    points, parts = contacts.points.shape[1], contacts.parts.max() + 1
    near = _Near(
        np.empty(points, np.int64),
        np.empty((points, 3)),
        np.empty(points),
        np.empty(points),
        np.empty((points, 3)),
    )
    return near, _Parts(np.empty(parts), np.empty(parts), np.empty(parts))


@compiled
def _gather_near(t, contacts, near, parts):  # type: ignore[no-untyped-def]
    """How many points are near the floor, and how much the nearest touches it; fills ``near`` and
    ``parts``.
    """
    parts.slowest[:], parts.counts[:], parts.load[:] = np.inf, 0, 0
    points, speeds = contacts.points[t], contacts.speeds[t]
    count, contact = 0, 0.0
    for k in range(len(points)):
        height, speed = points[k, 2], speeds[k]
        touch = smoothstep_of_number(height, UNTOUCHED_HEIGHT, TOUCHED_HEIGHT)
        if touch <= 0:
            continue
        near.indices[count] = k
        # A point that fades out costs more and more, so that forces do not jump when it has gone.
        near.costs[count] = _force_cost(max(0.0, height), speed) + (1 - touch) / touch
        for i in range(3):
            near.moment_arms[count, i] = points[k, i] - contacts.centre_of_mass[t, i]

        part = contacts.parts[k]
        parts.slowest[part] = min(parts.slowest[part], speed)
        parts.counts[part] += 1
        contact = max(contact, touch)
        count += 1
    return count, contact


@compiled
def _charge_sliding(count, part_of, near, parts):  # type: ignore[no-untyped-def]
    """Whether any part slides; fills the costs that make sliding parts bear less."""
    slides = False
    for n in range(count):
        part = part_of[near.indices[n]]
        grip = max(_LEAST_GRIP, smoothstep_of_number(parts.slowest[part], SLIDE_SPEED, GRIP_SPEED))
        # Points of a part share its load: the cost of one grows with how many there are, so that
        # the part as a whole is charged the same.
        near.sliding_costs[n] = near.costs[n] + parts.counts[part] * (1 - grip) / grip
        slides |= grip < 1
    return slides


@compiled
def _load_joints(count, joint_of, near, weight, forces, moments):  # type: ignore[no-untyped-def]
    """Add the forces at points to those on their segments, in newtons."""
    for n in range(count):
        joint, force, arm = joint_of[near.indices[n]], near.forces[n], near.moment_arms[n]
        for i in range(3):
            forces[joint, i] += weight * force[i]
        moments[joint, 0] += weight * (arm[1] * force[2] - arm[2] * force[1])
        moments[joint, 1] += weight * (arm[2] * force[0] - arm[0] * force[2])
        moments[joint, 2] += weight * (arm[0] * force[1] - arm[1] * force[0])


@compiled
def _load_parts(count, part_of, near, parts):  # type: ignore[no-untyped-def]
    """Normal force of all points together; adds them up by parts."""
    normal_force = 0.0
    for n in range(count):
        normal_force += near.forces[n, 2]
        parts.load[part_of[near.indices[n]]] += near.forces[n, 2]
    return normal_force


@compiled
def _centre_pressure(points, count, near, normal_force, pressure):  # type: ignore[no-untyped-def]
    """Write the centre of pressure (2,) into the last."""
    pressure[:] = 0
    for n in range(count):
        for i in range(2):
            pressure[i] += near.forces[n, 2] / normal_force * points[near.indices[n], i]


@compiled
def _slip(count, contacts, near, parts, normal_force):  # type: ignore[no-untyped-def]
    """Speed of the slowest points of the parts, by load, and the joint that slips most under it."""
    weighted = worst = 0.0
    slipping_joint = -1
    for n in range(count):
        part = contacts.parts[near.indices[n]]
        weighted += near.forces[n, 2] * parts.slowest[part]
        if parts.load[part] * parts.slowest[part] > worst:
            worst = parts.load[part] * parts.slowest[part]
            slipping_joint = contacts.joints[near.indices[n]]
    return weighted / normal_force, slipping_joint
