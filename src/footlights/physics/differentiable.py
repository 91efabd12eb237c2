"""Inverse dynamics: what forces a motion needs. Newton's and Euler's equations over a tree of bodies, for numpy and torch.

All frames (and clips) at once; no contacts, no joint limits, no armature. Agrees with MuJoCo's recursive Newton-Euler.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from array_api_compat import array_namespace

from ..rotations import cross, matrix_from_quat
from .anatomy import GRAVITY
from .humanoid import Humanoid

Array = Any


@dataclass(frozen=True, eq=False)
class Movement:
    """How a humanoid moves, in the world; metres, seconds, radians; leading axes (...,) are frames.

    Attributes:
        places, turns: (..., J, 3) and (..., J, 3, 3) of the joints.
        spins, spin_ups: (..., J, 3) angular velocity and acceleration of the segments, world axes.
        pulls: (..., J, 3) acceleration of the segments' centres of mass.
        centres: (..., J, 3) the segments' centres of mass.
        bends: (..., J, 3) angular velocity of each joint in its own segment's axes, against its parent.
    """

    places: Array
    turns: Array
    spins: Array
    spin_ups: Array
    pulls: Array
    centres: Array
    bends: Array


def move(humanoid: Humanoid, root_pull: Array, root: Array, quats: Array, bends: Array, bend_ups: Array) -> Movement:
    """The movement of ``humanoid``: recursion from the root outwards.

    Args:
        root_pull, root: (..., 3) acceleration and place of the root, world.
        quats: (..., J, 4) local unit quaternions.
        bends, bend_ups: (..., J, 3) angular velocity and acceleration of each joint in its segment's axes (the root's: its own).
    """
    xp = array_namespace(quats)
    skeleton = humanoid.skeleton
    offsets, centres = (constant(a, quats) for a in (humanoid.offsets, humanoid.centres))
    local = matrix_from_quat(quats)
    turns: list[Array] = [None] * len(skeleton)
    places, spins, spin_ups, pulls = list(turns), list(turns), list(turns), list(turns)
    for joint, parent in enumerate(skeleton.parents):
        bend, bend_up = bends[..., joint, :], bend_ups[..., joint, :]
        if parent < 0:
            turns[joint], places[joint], pulls[joint] = local[..., joint, :, :], root, root_pull
            spins[joint], spin_ups[joint] = _turned(turns[joint], bend), _turned(turns[joint], bend_up)
            continue
        turns[joint] = turns[parent] @ local[..., joint, :, :]
        arm = _turned(turns[parent], offsets[joint])
        places[joint] = places[parent] + arm
        pulls[joint] = pulls[parent] + _swung(spins[parent], spin_ups[parent], arm)
        own = _turned(turns[joint], bend)
        spins[joint] = spins[parent] + own
        spin_ups[joint] = spin_ups[parent] + _turned(turns[joint], bend_up) + cross(spins[parent], own)
    place, turn, spun, spun_up, pull = (
        xp.stack(found, axis=-3 if found is turns else -2) for found in (places, turns, spins, spin_ups, pulls)
    )
    arms = _turned(turn, centres)
    return Movement(place, turn, spun, spun_up, pull + _swung(spun, spun_up, arms), place + arms, bends)


@dataclass(frozen=True, eq=False)
class Needed:
    """What a movement needs of the world and of the joints.

    Attributes:
        wrench: (..., 6) force (N) and moment about the whole body's centre of mass (N m) from outside, world axes.
        centre: (..., 3) centre of mass of the whole, metres.
        pull: (..., 3) its acceleration.
        forces, moments: (..., J, 3) force and moment about the world's origin that each segment with all beyond it needs.
    """

    wrench: Array
    centre: Array
    pull: Array
    forces: Array
    moments: Array


def need(humanoid: Humanoid, movement: Movement) -> Needed:
    """Forces and moments behind a movement, gravity included: the recursion back from the tips to the root, as one product."""
    xp = array_namespace(movement.places)
    masses = constant(humanoid.masses, movement.places)
    inertias = constant(humanoid.inertias, movement.places)
    beyond = constant(_beyond(humanoid.skeleton.parents), movement.places)
    up = constant(np.array([0.0, 0.0, GRAVITY]), movement.places)
    share = masses[:, None] / xp.sum(masses)
    centre = xp.sum(share * movement.centres, axis=-2)
    pull = xp.sum(share * movement.pulls, axis=-2)
    forces = masses[:, None] * (movement.pulls + up)
    back = xp.matrix_transpose(movement.turns)
    spins, spin_ups = _turned(back, movement.spins), _turned(back, movement.spin_ups)
    momentum = _turned(inertias, spins)
    turning = _turned(movement.turns, _turned(inertias, spin_ups) + cross(spins, momentum))
    moments = turning + cross(movement.centres, forces)
    forces, moments = beyond @ forces, beyond @ moments
    about = moments[..., 0, :] - cross(centre, forces[..., 0, :])
    return Needed(xp.concat([forces[..., 0, :], about], axis=-1), centre, pull, forces, moments)


def torques(movement: Movement, needed: Needed, forces: Array | None = None, moments: Array | None = None) -> Array:
    """(..., J, 3) N m of each joint in its segment's axes; the root's is what no joint gives.

    Args:
        forces, moments: (..., J, 3) from outside on each segment with all beyond it, moments about the world's origin; see `loads`.
    """
    force, moment = needed.forces, needed.moments
    if forces is not None:
        force, moment = force - forces, moment - moments
    xp = array_namespace(force)
    about = moment - cross(movement.places, force)
    return _turned(xp.matrix_transpose(movement.turns), about)


def loads(humanoid: Humanoid, forces: Array, moments: Array) -> tuple[Array, Array]:
    """Forces and moments (..., J, 3) from outside on each segment, summed with those on all beyond it, as `torques` takes them."""
    beyond = constant(_beyond(humanoid.skeleton.parents), forces)
    return beyond @ forces, beyond @ moments


def _beyond(parents: tuple[int, ...]) -> np.ndarray:
    """(J, J) 1 where the second joint is the first or hangs on it."""
    reach = np.eye(len(parents))
    for joint in reversed(range(len(parents))):
        if parents[joint] >= 0:
            reach[parents[joint]] += reach[joint]
    return reach


def _turned(turns: Array, vectors: Array) -> Array:
    return (turns @ vectors[..., None])[..., 0]


def _swung(spin: Array, spin_up: Array, arm: Array) -> Array:
    """Acceleration (..., 3) of the end of an arm against its beginning."""
    return cross(spin_up, arm) + cross(spin, cross(spin, arm))


def constant(array: np.ndarray, like: Array) -> Array:
    """A numpy array in the kind of ``like``."""
    return array_namespace(like).asarray(np.asarray(array, np.float64), dtype=like.dtype, device=like.device)
