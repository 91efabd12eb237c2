"""Feet that stand stay standing: the root's path and the ankles of a retargeted clip, by least
squares over the whole clip.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..geometry.rotations import matrix_from_quat, quat_about
from ..geometry.two_bone_ik import two_bone
from ..motion.skeleton import Skeleton
from .bone_calibration import LIMBS, Seen, ground_of, resting

_SOLE_JOINTS = (7, 10, 8, 11)  # ankle and toe of the left, then of the right foot
# Weights of the squared terms below, per frame; velocity terms are differences of neighbouring
# frames at 30 fps.
_LEG, _ROOT, _ROOT_STEP, _PLANT, _SMOOTH, _HEIGHT, _UNDER, _REACH = (
    1.0,
    0.05,
    4.0,
    400.0,
    20.0,
    2.0,
    4.0,
    20.0,
)
# of a leg's length: knees bend 11 degrees or more where a foot bears, unless theirs are straighter
_STRAIGHT = 0.995


@dataclass(frozen=True)
class Touch:
    """When and where the source's soles touch: contacts (T, 4), their corners (T, 4, K, 3) in our
    metres, and how far our soles slip for each metre that theirs do.
    """

    contacts: np.ndarray
    corners: np.ndarray
    slip: float


def plant(
    seen: Seen, turns: np.ndarray, skeleton: Skeleton, soles: np.ndarray, touch: Touch | None = None
) -> tuple[np.ndarray, np.ndarray, float]:
    """Root path (T, 3), world turns (T, 24, 3, 3) with the legs bent so that resting feet rest on
    one floor, and its height.

    ``soles`` (4, K, 3) are the corners of heels and toes in the frames of ankles and toes.
    ``touch`` is given where the source knows its contacts: the corner that carries then moves as
    theirs does, instead of joints while they seem to rest.

    Unknown are the root and both ankles. They stay near what the limb directions alone give (the
    leg vector of our thigh and shin along theirs), the root near theirs; errors may be constant but
    not jump; an ankle or toe moves exactly as theirs while theirs rests; what bears the body is at
    one height all through the clip; no sole is below the floor. All terms are linear and alike for
    x, y and z, so each pass is one sparse solve.
    """
    legs = [_leg(skeleton, turns, names) for names in LIMBS[:2]]
    middle = (skeleton.offsets[1].astype(np.float64) + skeleton.offsets[2]) / 2
    corners = _corners(turns, skeleton, soles)
    if touch is None:
        pins, ground = (
            _resting(seen, legs),
            _bearing_ground(seen, legs, float(skeleton.rest[10, 2])),
        )
    else:
        pins, ground = _touching(touch, corners), _touched_ground(touch, corners)
    depths = corners[..., 2].min(-1).reshape(len(turns), 2, 2).min(-1).T
    goals, floor = _solve(seen, seen.hips - turns[:, 0] @ middle, legs, pins, depths, ground)
    turns = turns.copy()
    for names, leg, ankle in zip(LIMBS[:2], legs, goals[1:], strict=True):
        thigh, shin = (skeleton.index(names[0]), skeleton.index(names[1]))
        hip = goals[0] + leg["hip"]
        knee = hip + leg["thigh"]
        both = two_bone(hip, knee, knee + leg["shin"], ankle, turns[:, thigh, :, 0])
        for joint, turn in zip((thigh, shin), both, strict=True):
            turns[:, joint] = matrix_from_quat(turn) @ turns[:, joint]
    return goals[0], turns, floor


def _leg(
    skeleton: Skeleton, turns: np.ndarray, names: tuple[str, str, str]
) -> dict[str, np.ndarray]:
    hip, knee, ankle = (skeleton.index(n) for n in names)
    toe = skeleton.index(names[2].replace("ankle", "foot"))
    offset = skeleton.offsets.astype(np.float64)
    return {
        "hip": turns[:, 0] @ offset[hip],
        "thigh": turns[:, hip] @ offset[knee],
        "shin": turns[:, knee] @ offset[ankle],
        "foot": turns[:, ankle] @ offset[toe],
    }


def _corners(turns: np.ndarray, skeleton: Skeleton, soles: np.ndarray) -> np.ndarray:
    """(T, 4, K, 3) from each ankle to the corners of its heel and of its toe."""
    corners = np.einsum("tjab,jkb->tjka", turns[:, _SOLE_JOINTS], soles)
    for part, (ankle, toe) in ((1, (7, 10)), (3, (8, 11))):
        corners[:, part] += (turns[:, ankle] @ skeleton.offsets[toe].astype(np.float64))[:, None]
    return corners


@dataclass(frozen=True)
class _Pin:
    """A point of foot ``side`` (0 left, 1 right), ``lever`` (T - 1, 3) further from its ankle a
    frame later, that shall move by ``step`` (T - 1, 3) as firmly as ``hold`` (T - 1,) says.
    """

    side: int
    lever: np.ndarray
    step: np.ndarray
    hold: np.ndarray


def _resting(seen: Seen, legs: list[dict[str, np.ndarray]]) -> list[_Pin]:
    """Ankles and toe joints that move as theirs while theirs are low and slow."""
    pins = []
    for side, leg in enumerate(legs):
        for point, lever in (("ankle", np.zeros_like(leg["foot"])), ("foot", leg["foot"])):
            place = seen.places.get(f"{('left', 'right')[side]}_{point}")
            if place is not None:
                rest = resting(place, seen.fps)
                pins.append(
                    _Pin(
                        side,
                        np.diff(lever, axis=0),
                        np.diff(place, axis=0),
                        np.minimum(rest[1:], rest[:-1]),
                    )
                )
    return pins


def _touching(touch: Touch, corners: np.ndarray) -> list[_Pin]:
    """The lowest corner of each part of a sole while that part touches."""
    pins = []
    for part in range(4):
        theirs, ours = touch.corners[:, part].astype(np.float64), corners[:, part]
        lowest = (ours[1:, :, 2] + ours[:-1, :, 2]).argmin(1)[:, None, None]
        step, lever = (
            np.take_along_axis(np.diff(c, axis=0), lowest, 1)[:, 0] for c in (theirs, ours)
        )
        on = touch.contacts[:, part].astype(np.float64)
        pins.append(_Pin(part // 2, lever, step * touch.slip, np.minimum(on[1:], on[:-1])))
    return pins


@dataclass(frozen=True)
class _Ground:
    """Points that stand on the floor: of foot ``side``, ``lever`` (T,) metres above its ankle, as
    surely (T,) as they bear.

    ``level`` is the height that they stand at, None where it must be found; the floor is ``below``
    it.
    """

    points: list[tuple[int, np.ndarray, np.ndarray]]
    level: float | None
    below: float


def _bearing_ground(seen: Seen, legs: list[dict[str, np.ndarray]], ball: float) -> _Ground:
    """Toe joints, or ankles of rigs without toes, where they seem to bear the body; ``ball`` is
    their height over the sole.
    """
    bearing = _bearing(seen)
    points = []
    for side, leg in enumerate(legs):
        toe, ankle = (f"{('left', 'right')[side]}_{point}" for point in ("foot", "ankle"))
        if toe in seen.places:
            points.append((side, leg["foot"][:, 2], bearing[toe]))
        else:
            points.append((side, np.zeros(len(leg["foot"])), bearing[ankle]))
    return _Ground(points, None, ball)


def _touched_ground(touch: Touch, corners: np.ndarray) -> _Ground:
    """The lowest corner of each part of a sole while that part touches, as high as theirs over the
    floor z = 0.
    """
    above = corners[..., 2].min(-1) - touch.corners[..., 2].min(-1)
    return _Ground(
        [(part // 2, above[:, part], touch.contacts[:, part]) for part in range(4)], 0.0, 0.0
    )


@dataclass(frozen=True)
class _Term:
    """weight (N,) * |blocks @ (root, left ankle, right ankle) - goal|^2; a block of None is zero."""

    blocks: tuple[Any, Any, Any]
    goal: np.ndarray
    weight: np.ndarray


def _solve(
    seen: Seen,
    root: np.ndarray,
    legs: list[dict[str, np.ndarray]],
    pins: list[_Pin],
    depths: np.ndarray,
    ground: _Ground,
) -> tuple[np.ndarray, float]:
    """(3, T, 3): root, left ankle, right ankle; and the height of the floor."""
    from scipy.sparse import diags, identity

    frames = len(root)
    one = identity(frames, format="csr")
    step = diags(
        [-np.ones(frames), np.ones(frames - 1)], [0, 1], (frames - 1, frames), format="csr"
    )
    own = ((None, one, None), (None, None, one))
    full, short = np.ones(frames), np.ones(frames - 1)
    terms = [
        _Term((one, None, None), root, _ROOT * full),
        _Term((step, None, None), step @ root, _ROOT_STEP * short),
    ]
    for side, leg in enumerate(legs):
        vector = leg["hip"] + leg["thigh"] + leg["shin"]
        for matrix, weight in ((one, _LEG * full), (step, _SMOOTH * short)):
            blocks = (-matrix, matrix, None) if side == 0 else (-matrix, None, matrix)
            terms.append(_Term(blocks, matrix @ vector, weight))
    for pin in pins:
        moving = (None, step, None) if pin.side == 0 else (None, None, step)
        terms.append(_Term(moving, pin.step - pin.lever, _PLANT * pin.hold))
    answer = _least(terms, frames, slice(0, 3))
    level = ground.level
    if level is None:
        # The floor is one height for both feet and the whole clip, however the recording drifts:
        # where they rest most.
        heights = np.concatenate(
            [answer[1 + side, :, 2] + lever for side, lever, _ in ground.points]
        )
        level = _weighted_median(heights, np.concatenate([weight for *_, weight in ground.points]))
    for side, lever, weight in ground.points:
        terms.append(_Term(own[side], np.repeat((level - lever)[:, None], 3, 1), _HEIGHT * weight))
    answer[..., 2] = _least(terms, frames, slice(2, 3))[..., 0]
    floor = level - ground.below
    for side in range(2):
        under = floor - (answer[1 + side, :, 2] + depths[side])
        deep = np.clip(under / 0.01, 0, 1)
        terms.append(
            _Term(own[side], np.repeat((floor - depths[side])[:, None], 3, 1), _UNDER * deep)
        )
    answer[..., 2] = _least(terms, frames, slice(2, 3))[..., 0]
    # A leg that would have to be straight to reach its place lowers the pelvis instead, as a dancer
    # would.
    for side, leg in enumerate(legs):
        hip, length = answer[0] + leg["hip"], _reach(leg)
        apart = np.linalg.norm((hip - answer[1 + side])[:, :2], axis=1)
        drop = np.sqrt(np.maximum(length**2 - apart**2, 0.0)) - leg["hip"][:, 2]
        over = np.clip((answer[0, :, 2] - answer[1 + side, :, 2] - drop) / 0.01, 0, 1)
        blocks = (one, -one, None) if side == 0 else (one, None, -one)
        terms.append(_Term(blocks, np.repeat(drop[:, None], 3, 1), _REACH * over))
    answer[..., 2] = _least(terms, frames, slice(2, 3))[..., 0]
    return answer, floor


def _reach(leg: dict[str, np.ndarray]) -> np.ndarray:
    """(T,) how far hip and ankle may be apart: a little less than the straight leg, or as far as
    theirs are.
    """
    straight = np.linalg.norm(leg["thigh"], axis=1) + np.linalg.norm(leg["shin"], axis=1)
    return np.maximum(_STRAIGHT * straight, np.linalg.norm(leg["thigh"] + leg["shin"], axis=1))


def _least(terms: list[_Term], frames: int, axes: slice) -> np.ndarray:
    """(3, T, axes): the least-squares answer to ``terms``."""
    from scipy.sparse import bmat, csr_matrix, diags
    from scipy.sparse.linalg import splu

    rows = [
        [csr_matrix((len(t.weight), frames)) if b is None else b for b in t.blocks] for t in terms
    ]
    matrix = bmat(rows, format="csr")
    weighted = matrix.T @ diags(np.concatenate([t.weight for t in terms]))
    want = np.concatenate([t.goal[:, axes] for t in terms])
    return (
        splu((weighted @ matrix).tocsc())
        .solve(np.ascontiguousarray(weighted @ want))
        .reshape(3, frames, -1)
    )


def _bearing(seen: Seen) -> dict[str, np.ndarray]:
    """(T,) for each ankle and toe, near 1 while it rests and no other of them is closer to where
    it rests at its lowest.
    """
    names = [
        n for n in ("left_ankle", "left_foot", "right_ankle", "right_foot") if n in seen.places
    ]
    above = np.stack([seen.places[n][:, 2] - ground_of(seen.places[n], seen.fps) for n in names])
    lead = np.clip(1 - (above - above.min(0)) / 0.025, 0, 1)
    return {n: lead[i] * resting(seen.places[n], seen.fps, speed=0.25) for i, n in enumerate(names)}


def _weighted_median(values: np.ndarray, weights: np.ndarray) -> float:
    order = np.argsort(values)
    total = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(total, total[-1] / 2)])


def lift_toes(turns: np.ndarray, seen: Seen, skeleton: Skeleton) -> np.ndarray:
    """World turns (T, 24, 3, 3) with the toes bent up where a raised heel would press them through
    the floor.

    Many rigs have no toe joint: on the ball of the foot their whole sole tips. Toes that point
    below the level while the ball of the foot is near its lowest are levelled, up to 60 degrees.
    """
    turns = turns.copy()
    for side in ("left", "right"):
        place = seen.places.get(f"{side}_foot")
        toes = skeleton.index(f"{side}_foot")
        if place is None:
            continue
        near = np.clip((0.09 - (place[:, 2] - ground_of(place, seen.fps))) / 0.06, 0, 1)
        down = np.clip(np.arcsin(np.clip(turns[:, toes, 2, 1], -1, 1)), 0, np.pi / 3)
        turns[:, toes] = turns[:, toes] @ matrix_from_quat(quat_about("x", -down * near))
    return turns
