"""How a humanoid moves and what that needs, for arrays with gradients: as `dynamics`, with any
leading axes.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from array_api_compat import array_namespace, device

from ...geometry.rotations import cross, matrix_from_quat
from ...motion.anatomy import GRAVITY
from ..humanoid import Humanoid

Array = Any


@dataclass(frozen=True, eq=False)
class Moved:
    """A moving humanoid in the world; metres, seconds, newtons; leading axes (...,) are clips and
    frames.

    Attributes:
        places, turns: (..., J, 3) and (..., J, 3, 3) of the joints.
        bends: (..., J, 3) rad/s of each joint in its own segment's axes, against its parent.
        centre, pull: (..., 3) centre of mass of the whole and its acceleration.
        forces, moments: (..., J, 3) force, and moment about the centre of mass, that each segment
        with all beyond it needs.
    """

    places: Array
    turns: Array
    bends: Array
    centre: Array
    pull: Array
    forces: Array
    moments: Array

    @property
    def wrench(self) -> Array:
        """(..., 6) force from outside and its moment about the centre of mass."""
        return array_namespace(self.forces).concat(
            [self.forces[..., 0, :], self.moments[..., 0, :]], axis=-1
        )


def posed(humanoid: Humanoid, root: Array, quats: Array) -> tuple[Array, Array]:
    """Places (..., J, 3) and turns (..., J, 3, 3) of the joints."""
    still = root * 0
    turnless = quats[..., 1:] * 0
    found = moved(humanoid, root, quats, still, turnless, turnless)
    return found.places, found.turns


def moved(
    humanoid: Humanoid, root: Array, quats: Array, root_pull: Array, bends: Array, bend_ups: Array
) -> Moved:
    """The recursion from the root outwards, and back as one product.

    Args:
        root, root_pull: (..., 3) place and acceleration of the root, world.
        quats: (..., J, 4) local unit quaternions.
        bends, bend_ups: (..., J, 3) angular velocity and acceleration of each joint in its
        segment's axes.
    """
    xp = array_namespace(quats)
    skeleton = humanoid.skeleton
    offsets, centres = constant(humanoid.offsets, quats), constant(humanoid.centres, quats)
    local = matrix_from_quat(quats)
    turns: list[Array] = [None] * len(skeleton)
    places, spins, spin_ups, pulls = list(turns), list(turns), list(turns), list(turns)
    for joint, parent in enumerate(skeleton.parents):
        bend, bend_up = bends[..., joint, :], bend_ups[..., joint, :]
        if parent < 0:
            turns[joint], places[joint], pulls[joint] = local[..., joint, :, :], root, root_pull
            spins[joint], spin_ups[joint] = (
                turned(turns[joint], bend),
                turned(turns[joint], bend_up),
            )
            continue
        turns[joint] = turns[parent] @ local[..., joint, :, :]
        arm = turned(turns[parent], offsets[joint])
        places[joint] = places[parent] + arm
        pulls[joint] = pulls[parent] + _swung(spins[parent], spin_ups[parent], arm)
        own = turned(turns[joint], bend)
        spins[joint] = spins[parent] + own
        spin_ups[joint] = (
            spin_ups[parent] + turned(turns[joint], bend_up) + cross(spins[parent], own)
        )
    place, spun, spun_up, pull = (
        xp.stack(found, axis=-2) for found in (places, spins, spin_ups, pulls)
    )
    turn = xp.stack(turns, axis=-3)
    arms = turned(turn, centres)
    return _needing(
        humanoid,
        place,
        turn,
        bends,
        spun,
        spun_up,
        place + arms,
        pull + _swung(spun, spun_up, arms),
    )


def _needing(
    humanoid: Humanoid,
    place: Array,
    turn: Array,
    bends: Array,
    spin: Array,
    spin_up: Array,
    middle: Array,
    pull: Array,
) -> Moved:
    xp = array_namespace(place)
    masses, inertias = constant(humanoid.masses, place), constant(humanoid.inertias, place)
    beyond = constant(carried(humanoid.skeleton.parents), place)
    share = masses[:, None] / xp.sum(masses)
    centre, whole = xp.sum(share * middle, axis=-2), xp.sum(share * pull, axis=-2)
    forces = masses[:, None] * (pull + constant(np.array([0.0, 0.0, GRAVITY]), place))
    back = xp.matrix_transpose(turn)
    own, own_up = turned(back, spin), turned(back, spin_up)
    gyre = turned(inertias, own_up) + cross(own, turned(inertias, own))
    moments = turned(turn, gyre) + cross(middle - centre[..., None, :], forces)
    return Moved(place, turn, bends, centre, whole, beyond @ forces, beyond @ moments)


def torques(found: Moved, forces: Array, moments: Array) -> Array:
    """(..., J, 3) N m of each joint in its segment's axes.

    Args:
        forces, moments: (..., J, 3) from outside on each segment with all beyond it, moments about
        the centre of mass.
    """
    force = found.forces - forces
    about = found.moments - moments + cross(found.centre[..., None, :] - found.places, force)
    return turned(array_namespace(force).matrix_transpose(found.turns), about)


def carried(parents: tuple[int, ...]) -> np.ndarray:
    """(J, J) 1 where the second joint is the first or hangs on it."""
    reach = np.eye(len(parents))
    for joint in reversed(range(len(parents))):
        if parents[joint] >= 0:
            reach[parents[joint]] += reach[joint]
    return reach


def turned(turns: Array, vectors: Array) -> Array:
    """Vectors (..., 3) turned by matrices (..., 3, 3)."""
    return (turns @ vectors[..., None])[..., 0]


def _swung(spin: Array, spin_up: Array, arm: Array) -> Array:
    """Acceleration (..., 3) of the end of an arm against its beginning."""
    return cross(spin_up, arm) + cross(spin, cross(spin, arm))


def constant(array: np.ndarray, like: Array) -> Array:
    """A numpy array in the kind of ``like``."""
    return array_namespace(like).asarray(
        np.asarray(array, np.float64), dtype=like.dtype, device=device(like)
    )
