"""Arms kept out of the trunk where the dancer's were: a character of other proportions must not
reach into itself.

Flesh is capsules: the house body's, as wide as the character's hips and shoulders are apart. What
the dancer's own arms do to the dancer's own trunk is left: hands on hips stay on hips.
"""

import functools
from dataclasses import dataclass

import numpy as np

from ..geometry.capsules import closest_points
from ..geometry.rotations import normalize
from ..geometry.signals import moving_maximum, smoothed
from ..geometry.two_bone_ik import reach
from ..motion.body import Body
from ..motion.body_segments import segments
from ..motion.skeleton import SMPL24, Skeleton, forward_kinematics, local_from_world
from .bone_calibration import HINGES, LIMBS

TRUNK = ("pelvis", "spine1", "spine2", "spine3", "head")
_ALLOWED = 0.01  # metres deeper than the dancer's own that are let be
# of the distance from shoulder to wrist by which a wrist is moved at most: an arm still points as
# it did
_FARTHEST = 0.2
_ROUNDS = 4
_SOFT = 0.12  # seconds over which an arm is moved aside and back
# of the way from elbow to wrist that a contact is taken to lie at: nearer to the elbow the wrist
# cannot help
_LEAST = 0.35


@dataclass(frozen=True, eq=False)
class Flesh:
    """Capsules of a skeleton's segments: ends (24, 2, 3) in the frames of their joints, radii
    (24,), metres.
    """

    ends: np.ndarray
    radii: np.ndarray


@functools.cache
def house_flesh() -> Flesh:
    """The house body's."""
    parts = segments(Body.load())
    return Flesh(np.stack([part.ends for part in parts]), np.array([part.radius for part in parts]))


def flesh_of(twin: Skeleton) -> Flesh:
    """The house body's flesh on a skeleton of 24 joints: as wide as its hips and shoulders, as
    long as its bones.
    """
    ours = house_flesh()
    ends = ours.ends.copy()
    wide = float(
        np.mean([_across(twin, part) / _across(SMPL24, part) for part in ("hip", "shoulder")])
    )
    for joint, name in enumerate(SMPL24.names):
        child = next((c for c, p in enumerate(SMPL24.parents) if p == joint), None)
        long = 1.0 if child is None else _long(twin, child) / _long(SMPL24, child)
        ends[joint] *= (wide, 1.0, long) if name in TRUNK else (long,) * 3
    return Flesh(
        ends, ours.radii * np.where([name in TRUNK for name in SMPL24.names], min(wide, 1.0), 1.0)
    )


def clear(
    source: tuple[np.ndarray, np.ndarray],
    root: np.ndarray,
    turns: np.ndarray,
    twin: Skeleton,
    fps: float,
) -> np.ndarray:
    """World turns (T, 24, 3, 3) with the arms bent outwards where forearm or hand is deeper in
    trunk or head than the dancer's.

    Args:
        source: places (T, 24, 3) and world turns (T, 24, 3, 3) of the dancer on the house skeleton.
        root: (T, 3) of the twin.
    """
    turns, flesh = turns.copy(), flesh_of(twin)
    known = {
        side: np.maximum(_deepest(*source, house_flesh(), side)[0], 0) + _ALLOWED
        for side in ("left", "right")
    }
    moved = {side: np.zeros((len(root), 3)) for side in known}
    for _ in range(_ROUNDS):
        places, _ = forward_kinematics(twin, root, local_from_world(twin, turns))
        for names in LIMBS[2:]:
            side = names[0].partition("_")[0]
            depth, way = _deepest(places, turns, flesh, side)
            excess = np.maximum(depth - known[side], 0)
            if not (excess > 1e-4).any():
                continue
            aside = _softened(excess[:, None] * way, max(1, round(_SOFT * fps)))
            arm = (twin.index(names[0]), twin.index(names[1]), twin.index(names[2]))
            aside = _within(moved[side], aside, places[:, arm[0]] - places[:, arm[2]])
            moved[side] += aside
            reach(turns, places, arm, HINGES[names[1]], places[:, arm[2]] + aside)
    return turns


def depths(places: np.ndarray, turns: np.ndarray, flesh: Flesh) -> np.ndarray:
    """(T,) metres by which a forearm or a hand is in trunk or head at most; negative while all are
    apart.
    """
    return np.maximum(*(_deepest(places, turns, flesh, side)[0] for side in ("left", "right")))


def _deepest(
    places: np.ndarray, turns: np.ndarray, flesh: Flesh, side: str
) -> tuple[np.ndarray, np.ndarray]:
    """(T,) the deepest overlap of a forearm and hand with the trunk, and (T, 3) how the wrist
    would leave it, per metre.
    """
    names, frames = SMPL24.names, len(places)
    world = places[:, :, None] + np.einsum("tjab,jkb->tjka", turns, flesh.ends)
    most, way = np.full(frames, -np.inf), np.zeros((frames, 3))
    elbow, wrist = (places[:, names.index(f"{side}_{part}")] for part in ("elbow", "wrist"))
    along = wrist - elbow
    length = np.maximum((along**2).sum(-1), 1e-9)
    for part in ("elbow", "hand"):
        arm = names.index(f"{side}_{part}")
        for trunk in TRUNK:
            other = names.index(trunk)
            near, far = closest_points(
                world[:, arm, 0], world[:, arm, 1], world[:, other, 0], world[:, other, 1]
            )
            gap = near - far
            depth = flesh.radii[arm] + flesh.radii[other] - np.linalg.norm(gap, axis=-1)
            share = np.clip(((near - elbow) * along).sum(-1) / length, _LEAST, None)
            deeper = depth > most
            most = np.where(deeper, depth, most)
            way = np.where(deeper[:, None], normalize(gap) / share[:, None], way)
    return most, way


def _within(moved: np.ndarray, aside: np.ndarray, arm: np.ndarray) -> np.ndarray:
    """As much of ``aside`` (T, 3) as may still be added to ``moved`` for an arm (T, 3)."""
    most = _FARTHEST * np.linalg.norm(arm, axis=-1, keepdims=True)
    whole = moved + aside
    size = np.linalg.norm(whole, axis=-1, keepdims=True)
    return whole * np.minimum(1, most / np.maximum(size, 1e-9)) - moved


def _softened(aside: np.ndarray, reach: int) -> np.ndarray:
    """The same displacement (T, 3), begun before and ended after: as far as the farthest nearby,
    averaged, never less far.
    """
    size = np.linalg.norm(aside, axis=-1)
    window = np.hanning(2 * reach + 3)[1:-1]
    smooth, ways = smoothed(moving_maximum(size, reach), window), smoothed(aside, window)
    return (
        normalize(ways)
        * np.maximum(smooth, size)[:, None]
        * (np.linalg.norm(ways, axis=-1, keepdims=True) > 1e-9)
    )


def _across(skeleton: Skeleton, part: str) -> float:
    left, right = (skeleton.rest[skeleton.index(f"{side}_{part}")] for side in ("left", "right"))
    return float(np.linalg.norm(left - right))


def _long(skeleton: Skeleton, joint: int) -> float:
    return max(float(np.linalg.norm(skeleton.offsets[joint])), 1e-3)
