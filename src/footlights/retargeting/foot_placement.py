"""Feet that stand stay standing: the root's path and the ankles of a retargeted clip."""

from dataclasses import dataclass

import numpy as np

from ..geometry.rotations import matrix_from_quat, quat_about
from ..geometry.two_bone_ik import two_bone_rotations
from ..motion.limbs import LEGS, SIDES, Limb
from ..motion.skeleton import Skeleton
from .foot_rest import rest_height, rest_weights
from .observed_motion import ObservedMotion
from .path_least_squares import ANKLES, ROOT, PathOperators, Term, best_paths

_SOLE_JOINTS = (7, 10, 8, 11)  # ankle and toe of the left, then of the right foot

# Weights of squared metres per frame; those of steps are of the way to the next frame at 30 fps.
_LEG = 1.0  # ankles where the limb directions alone put them
_LEG_STEP = 20.0  # errors of that may be constant but not jump
_ROOT, _ROOT_STEP = 0.05, 4.0  # the root near theirs, and moving as theirs
_PINNED_STEP = 400.0  # what rests moves as theirs does
_ON_FLOOR = 2.0  # what bears the body is at one height
_ABOVE_FLOOR = 4.0  # no sole is below the floor
_WITHIN_REACH = 20.0  # no leg is longer than it is
_SOFT = 0.01  # metres over which the last two begin to count

# Of a leg's length: knees bend 11 degrees or more where a foot bears, unless theirs are straighter.
_STRAIGHT = 0.995
_TOES_UP = np.pi / 3  # radians that toes are bent at most


@dataclass(frozen=True)
class SoleContacts:
    """When and where the soles of the source touch the floor z = 0.

    Attributes:
        contacts: (T, 4) of left heel, left toe, right heel, right toe.
        corners: (T, 4, K, 3) positions of the soles' corners, in metres of our size.
        slip: metres that our soles slip for each metre that theirs do.
    """

    contacts: np.ndarray
    corners: np.ndarray
    slip: float


@dataclass(frozen=True)
class FootPlacement:
    """Root path (T, 3), world rotations (T, 24, 3, 3) and height of the floor the feet rest on."""

    root: np.ndarray
    world_rotations: np.ndarray
    floor: float


def place_feet(
    observed: ObservedMotion,
    world_rotations: np.ndarray,
    skeleton: Skeleton,
    sole_points: np.ndarray,
    contacts: SoleContacts | None = None,
) -> FootPlacement:
    """The legs bent, and the root moved, so that resting feet rest on one floor.

    Unknown are the root and both ankles. They stay near what the limb directions alone give (the
    leg vector of our thigh and shin along theirs), the root near theirs; errors may be constant but
    not jump; an ankle or toe moves exactly as theirs while theirs rests; what bears the body is at
    one height all through the clip; no sole is below the floor. All terms are linear and alike for
    x, y and z, so each pass is one sparse solve.

    Args:
        observed: the source at our size.
        world_rotations: (T, 24, 3, 3) of ``skeleton``, limb directions as theirs.
        skeleton: ours, with SMPL's joints.
        sole_points: (4, K, 3) corners of heels and toes in the frames of ankles and toes.
        contacts: where the source knows them; the corner that carries then moves as theirs does,
            instead of joints while they seem to rest.
    """
    legs = [_leg_vectors(skeleton, world_rotations, limb) for limb in LEGS]
    corners = _sole_corners(world_rotations, skeleton, sole_points)
    if contacts is None:
        pins = _resting_pins(observed, legs)
        ground = _resting_ground(observed, legs, float(skeleton.rest[_SOLE_JOINTS[1], 2]))
    else:
        pins = _contact_pins(contacts, corners)
        ground = _contact_ground(contacts, corners)

    mid_hips = (skeleton.offsets[1].astype(np.float64) + skeleton.offsets[2]) / 2
    root = observed.mid_hips - world_rotations[:, 0] @ mid_hips
    lowest = corners[..., 2].min(-1).reshape(len(root), 2, 2).min(-1).T
    paths, floor = _solve(_Feet(root, legs, pins, lowest, ground))

    bent = world_rotations.copy()
    for limb, leg, ankle in zip(LEGS, legs, paths[1:], strict=True):
        _bend_leg(bent, skeleton, limb, leg, paths[ROOT], ankle)
    return FootPlacement(paths[ROOT], bent, floor)


def lift_toes(
    world_rotations: np.ndarray, observed: ObservedMotion, skeleton: Skeleton
) -> np.ndarray:
    """World rotations (T, 24, 3, 3) with toes bent up that would be pressed into the floor.

    Many rigs have no toe joint: on the ball of the foot their whole sole tips. Toes that point
    below the level while the ball of the foot is near its lowest are levelled, up to 60 degrees.
    """
    lifted = world_rotations.copy()
    for side in SIDES:
        ball = observed.positions.get(f"{side}_foot")
        if ball is None:
            continue
        toes = skeleton.index(f"{side}_foot")
        above = ball[:, 2] - rest_height(ball, observed.fps)
        near = np.clip((0.09 - above) / 0.06, 0, 1)
        down = np.clip(np.arcsin(np.clip(lifted[:, toes, 2, 1], -1, 1)), 0, _TOES_UP)
        lifted[:, toes] = lifted[:, toes] @ matrix_from_quat(quat_about("x", -down * near))
    return lifted


@dataclass(frozen=True)
class _Leg:
    """A leg's bones as vectors (T, 3) in the world, beginning with that from pelvis to hip."""

    hip: np.ndarray
    thigh: np.ndarray
    shin: np.ndarray
    foot: np.ndarray

    @property
    def reach(self) -> np.ndarray:
        """(T,) how far hip and ankle may be apart, metres: not quite straight, or as theirs are."""
        straight = np.linalg.norm(self.thigh, axis=1) + np.linalg.norm(self.shin, axis=1)
        return np.maximum(_STRAIGHT * straight, np.linalg.norm(self.thigh + self.shin, axis=1))


@dataclass(frozen=True)
class _Pin:
    """A point of a foot that shall move as the source's does.

    Attributes:
        side: 0 left, 1 right.
        turn: (T - 1, 3) how much farther it is from its ankle a frame later, by the foot's turning.
        step: (T - 1, 3) how far it shall move.
        weight: (T - 1,) how firmly.
    """

    side: int
    turn: np.ndarray
    step: np.ndarray
    weight: np.ndarray


@dataclass(frozen=True)
class _StandingPoint:
    """A point of a foot, (T,) metres above its ankle, that stands as surely as its weights (T,)."""

    side: int
    above_ankle: np.ndarray
    weights: np.ndarray


@dataclass(frozen=True)
class _Ground:
    """What stands on the floor.

    Attributes:
        points: of both feet.
        level: height in metres that they stand at; None where it must be found.
        below: metres from there down to the floor.
    """

    points: list[_StandingPoint]
    level: float | None
    below: float


@dataclass(frozen=True)
class _Feet:
    """All that the paths of root and ankles are solved from.

    Attributes:
        root: (T, 3) metres, where limb directions and theirs would have it.
        legs, pins, ground: see there.
        lowest: (2, T) metres of the lowest corner of each sole, above its ankle.
    """

    root: np.ndarray
    legs: list[_Leg]
    pins: list[_Pin]
    lowest: np.ndarray
    ground: _Ground


def _leg_vectors(skeleton: Skeleton, world_rotations: np.ndarray, limb: Limb) -> _Leg:
    hip, knee, ankle = (skeleton.index(name) for name in limb)
    toe = skeleton.index(f"{limb.side}_foot")
    offsets = skeleton.offsets.astype(np.float64)
    return _Leg(
        hip=world_rotations[:, 0] @ offsets[hip],
        thigh=world_rotations[:, hip] @ offsets[knee],
        shin=world_rotations[:, knee] @ offsets[ankle],
        foot=world_rotations[:, ankle] @ offsets[toe],
    )


def _sole_corners(
    world_rotations: np.ndarray, skeleton: Skeleton, sole_points: np.ndarray
) -> np.ndarray:
    """(T, 4, K, 3) from each ankle to the corners of its heel and of its toe."""
    corners = np.einsum("tjab,jkb->tjka", world_rotations[:, _SOLE_JOINTS], sole_points)
    for part, (ankle, toe) in ((1, (7, 10)), (3, (8, 11))):
        foot = world_rotations[:, ankle] @ skeleton.offsets[toe].astype(np.float64)
        corners[:, part] += foot[:, None]
    return corners


def _resting_pins(observed: ObservedMotion, legs: list[_Leg]) -> list[_Pin]:
    """Ankles and toe joints that move as theirs while theirs are low and slow."""
    pins = []
    for side, leg in enumerate(legs):
        for point, from_ankle in (("ankle", np.zeros_like(leg.foot)), ("foot", leg.foot)):
            theirs = observed.positions.get(f"{SIDES[side]}_{point}")
            if theirs is not None:
                turn, step = np.diff(from_ankle, axis=0), np.diff(theirs, axis=0)
                pins.append(_Pin(side, turn, step, _of_steps(rest_weights(theirs, observed.fps))))
    return pins


def _contact_pins(contacts: SoleContacts, corners: np.ndarray) -> list[_Pin]:
    """The lowest corner of each part of a sole while that part touches."""
    pins = []
    for part in range(4):
        theirs, ours = contacts.corners[:, part].astype(np.float64), corners[:, part]
        lowest = (ours[1:, :, 2] + ours[:-1, :, 2]).argmin(1)[:, None, None]
        step, turn = (
            np.take_along_axis(np.diff(c, axis=0), lowest, 1)[:, 0] for c in (theirs, ours)
        )
        weights = _of_steps(contacts.contacts[:, part].astype(np.float64))
        pins.append(_Pin(part // 2, turn, step * contacts.slip, weights))
    return pins


def _of_steps(weights: np.ndarray) -> np.ndarray:
    """(T - 1,) the lesser of the weights (T,) at both ends of each step."""
    return np.minimum(weights[1:], weights[:-1])


def _resting_ground(observed: ObservedMotion, legs: list[_Leg], ball: float) -> _Ground:
    """Toe joints, or ankles of rigs without toes, where they seem to bear the body.

    ``ball``: metres of our toe joint over the sole.
    """
    bearing = _bearing_weights(observed)
    points = []
    for side, leg in enumerate(legs):
        toe, ankle = (f"{SIDES[side]}_{point}" for point in ("foot", "ankle"))
        if toe in observed.positions:
            points.append(_StandingPoint(side, leg.foot[:, 2], bearing[toe]))
        else:
            points.append(_StandingPoint(side, np.zeros(len(leg.foot)), bearing[ankle]))
    return _Ground(points, None, ball)


def _bearing_weights(observed: ObservedMotion) -> dict[str, np.ndarray]:
    """(T,) for each ankle and toe, near 1 while it rests and no other is closer to its own rest."""
    names = [f"{side}_{point}" for side in SIDES for point in ("ankle", "foot")]
    names = [name for name in names if name in observed.positions]
    points = [observed.positions[name] for name in names]

    above = np.stack([point[:, 2] - rest_height(point, observed.fps) for point in points])
    lead = np.clip(1 - (above - above.min(0)) / 0.025, 0, 1)
    return {
        name: lead[i] * rest_weights(point, observed.fps, speed=0.25)
        for i, (name, point) in enumerate(zip(names, points, strict=True))
    }


def _contact_ground(contacts: SoleContacts, corners: np.ndarray) -> _Ground:
    """The lowest corner of each part of a sole while it touches, as high as theirs over z = 0."""
    above = corners[..., 2].min(-1) - contacts.corners[..., 2].min(-1)
    points = [
        _StandingPoint(part // 2, above[:, part], contacts.contacts[:, part]) for part in range(4)
    ]
    return _Ground(points, 0.0, 0.0)


def _solve(feet: _Feet) -> tuple[np.ndarray, float]:
    """Paths (3, T, 3) of root, left ankle and right ankle, and the height of the floor."""
    frames, operators = len(feet.root), PathOperators.of(len(feet.root))
    terms = _pose_terms(feet, operators)
    paths = best_paths(terms, frames, slice(0, 3))

    # What holds of heights only is not linear in where things are, so each pass begins with the
    # last one's answer.
    level = _floor_level(feet.ground, paths) if feet.ground.level is None else feet.ground.level
    floor = level - feet.ground.below
    terms += _standing_terms(feet.ground, operators, level)
    paths[..., 2] = best_paths(terms, frames, slice(2, 3))[..., 0]

    terms += _above_floor_terms(feet.lowest, operators, paths, floor)
    paths[..., 2] = best_paths(terms, frames, slice(2, 3))[..., 0]

    terms += _within_reach_terms(feet.legs, operators, paths)
    paths[..., 2] = best_paths(terms, frames, slice(2, 3))[..., 0]
    return paths, floor


def _pose_terms(feet: _Feet, operators: PathOperators) -> list[Term]:
    """Root and ankles near theirs and moving as theirs, most firmly where they rest."""
    every, steps = np.ones(len(feet.root)), np.ones(len(feet.root) - 1)
    terms = [
        Term({ROOT: operators.frames}, feet.root, _ROOT * every),
        Term({ROOT: operators.steps}, operators.steps @ feet.root, _ROOT_STEP * steps),
    ]

    for ankle, leg in zip(ANKLES, feet.legs, strict=True):
        vector = leg.hip + leg.thigh + leg.shin
        for matrix, weights in (
            (operators.frames, _LEG * every),
            (operators.steps, _LEG_STEP * steps),
        ):
            terms.append(Term({ROOT: -matrix, ankle: matrix}, matrix @ vector, weights))

    for pin in feet.pins:
        moving = {ANKLES[pin.side]: operators.steps}
        terms.append(Term(moving, pin.step - pin.turn, _PINNED_STEP * pin.weight))
    return terms


def _floor_level(ground: _Ground, paths: np.ndarray) -> float:
    """The height at which what bears the body mostly is.

    It is one for both feet and the whole clip, however the recording drifts.
    """
    heights = [paths[ANKLES[point.side], :, 2] + point.above_ankle for point in ground.points]
    weights = np.concatenate([point.weights for point in ground.points])
    return _weighted_median(np.concatenate(heights), weights)


def _standing_terms(ground: _Ground, operators: PathOperators, level: float) -> list[Term]:
    return [
        Term(
            {ANKLES[point.side]: operators.frames},
            _for_all_axes(level - point.above_ankle),
            _ON_FLOOR * point.weights,
        )
        for point in ground.points
    ]


def _above_floor_terms(
    lowest: np.ndarray, operators: PathOperators, paths: np.ndarray, floor: float
) -> list[Term]:
    terms = []
    for ankle, below_ankle in zip(ANKLES, lowest, strict=True):
        depth = floor - (paths[ankle, :, 2] + below_ankle)
        weights = _ABOVE_FLOOR * np.clip(depth / _SOFT, 0, 1)
        goals = _for_all_axes(floor - below_ankle)
        terms.append(Term({ankle: operators.frames}, goals, weights))
    return terms


def _within_reach_terms(
    legs: list[_Leg], operators: PathOperators, paths: np.ndarray
) -> list[Term]:
    """A leg that would have to be straight lowers the pelvis instead, as a dancer would."""
    terms = []
    for ankle, leg in zip(ANKLES, legs, strict=True):
        hip = paths[ROOT] + leg.hip
        aside = np.linalg.norm((hip - paths[ankle])[:, :2], axis=1)
        drop = np.sqrt(np.maximum(leg.reach**2 - aside**2, 0.0)) - leg.hip[:, 2]
        over = (paths[ROOT, :, 2] - paths[ankle, :, 2] - drop) / _SOFT
        matrices = {ROOT: operators.frames, ankle: -operators.frames}
        weights = _WITHIN_REACH * np.clip(over, 0, 1)
        terms.append(Term(matrices, _for_all_axes(drop), weights))
    return terms


def _for_all_axes(heights: np.ndarray) -> np.ndarray:
    """(T, 3) goals of heights (T,): only z is solved for them."""
    return np.repeat(heights[:, None], 3, 1)


def _weighted_median(values: np.ndarray, weights: np.ndarray) -> float:
    order = np.argsort(values)
    total = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(total, total[-1] / 2)])


def _bend_leg(
    world_rotations: np.ndarray,
    skeleton: Skeleton,
    limb: Limb,
    leg: _Leg,
    root: np.ndarray,
    ankle: np.ndarray,
) -> None:
    """Bend a leg in place so that its ankle comes to ``ankle`` (T, 3); feet keep their rotation."""
    hip = root + leg.hip
    knee = hip + leg.thigh
    thigh, shin = skeleton.index(limb.upper), skeleton.index(limb.middle)
    hinge = world_rotations[:, thigh, :, 0]

    bones = two_bone_rotations(hip, knee, knee + leg.shin, ankle, hinge)
    for joint, rotation in zip((thigh, shin), bones, strict=True):
        world_rotations[:, joint] = matrix_from_quat(rotation) @ world_rotations[:, joint]
