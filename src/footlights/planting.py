"""Feet that stand stay standing: the root's path and the ankles of a retargeted clip, by least squares over the whole clip."""

import numpy as np

from .calibration import LIMBS, Seen, ground_of, resting
from .rotations import cross, matrix_from_quat, normalize, quat_about, quat_between, quat_rotate
from .skeleton import Skeleton

# Weights of the squared terms below, per frame; velocity terms are differences of neighbouring frames at 30 fps.
_LEG, _ROOT, _ROOT_STEP, _PLANT, _SMOOTH, _HEIGHT = 1.0, 0.05, 4.0, 400.0, 20.0, 2.0


def plant(seen: Seen, turns: np.ndarray, skeleton: Skeleton) -> tuple[np.ndarray, np.ndarray]:
    """Root path (T, 3) and world turns (T, 24, 3, 3) with the legs bent so that resting feet rest.

    Unknown are the root and both ankles. They stay near what the limb directions alone give (the leg vector of our thigh and
    shin along theirs), the root near theirs, errors may be constant but not jump, and an ankle or toe moves exactly as theirs
    while theirs rests on the floor. All terms are linear and the same for x and y, so one sparse solve gives the optimum.
    """
    legs = [_leg(skeleton, turns, names) for names in LIMBS[:2]]
    middle = (skeleton.offsets[1].astype(np.float64) + skeleton.offsets[2]) / 2
    root = seen.hips - turns[:, 0] @ middle
    goals = _solve(seen, root, legs)
    turns = turns.copy()
    for names, leg, ankle in zip(LIMBS[:2], legs, goals[1:], strict=True):
        hip = goals[0] + leg["hip"]
        thigh, shin = (skeleton.index(names[0]), skeleton.index(names[1]))
        first, second = reach(leg["thigh"], leg["shin"], ankle - hip, turns[:, thigh, :, 0])
        for joint, before, after in ((thigh, leg["thigh"], first), (shin, leg["shin"], second)):
            turns[:, joint] = matrix_from_quat(quat_between(before, after)) @ turns[:, joint]
    return goals[0], turns


def _leg(skeleton: Skeleton, turns: np.ndarray, names: tuple[str, str, str]) -> dict[str, np.ndarray]:
    hip, knee, ankle = (skeleton.index(n) for n in names)
    toe = skeleton.index(names[2].replace("ankle", "foot"))
    offset = skeleton.offsets.astype(np.float64)
    return {
        "hip": turns[:, 0] @ offset[hip],
        "thigh": turns[:, hip] @ offset[knee],
        "shin": turns[:, knee] @ offset[ankle],
        "foot": turns[:, ankle] @ offset[toe],
    }


def _solve(seen: Seen, root: np.ndarray, legs: list[dict[str, np.ndarray]]) -> np.ndarray:
    """(3, T, 3): root, left ankle, right ankle."""
    from scipy.sparse import bmat, diags, identity
    from scipy.sparse.linalg import splu

    frames = len(root)
    one, zero = identity(frames, format="csr"), None
    step = diags([-np.ones(frames), np.ones(frames - 1)], [0, 1], (max(frames - 1, 0), frames), format="csr")
    rows: list[tuple] = [  # (blocks for root, left, right; what they should equal; weights)
        ((one, zero, zero), root, np.full(frames, _ROOT)),
        ((step, zero, zero), step @ root, np.full(frames - 1, _ROOT_STEP)),
    ]
    heights: list[tuple] = []
    for side, leg in zip(("left", "right"), legs, strict=True):
        vector = leg["hip"] + leg["thigh"] + leg["shin"]

        def blocks(own, of_root=None, side=side):
            return (of_root, own, zero) if side == "left" else (of_root, zero, own)

        rows.append((blocks(one, -one), vector, np.full(frames, _LEG)))
        rows.append((blocks(step, -step), step @ vector, np.full(frames - 1, _SMOOTH)))
        for point, lever in (("ankle", 0.0), ("foot", leg["foot"])):
            place = seen.places.get(f"{side}_{point}")
            if place is None:
                continue
            rest = resting(place, seen.fps)
            moves = step @ (place - lever)
            rows.append((blocks(step), moves, _PLANT * np.minimum(rest[1:], rest[:-1])))
            heights.append((blocks(one), place - lever, _HEIGHT * rest))

    def solve(terms: list[tuple], axes: list[int]) -> np.ndarray:
        matrix = bmat([[b if b is not None else _nothing(w, frames) for b in blocks] for blocks, _, w in terms], format="csr")
        weight = diags(np.concatenate([w for _, _, w in terms]))
        want = np.concatenate([d[:, axes] for _, d, _ in terms])
        normal = (matrix.T @ weight @ matrix).tocsc()
        return splu(normal).solve(np.ascontiguousarray(matrix.T @ (weight @ want))).reshape(3, frames, len(axes))

    answer = solve(rows, [0, 1, 2])
    # Theirs and ours may differ by a constant (another ankle height): the floor is one height, not zero.
    for block, place, weight in heights:
        own = answer[1 if block[1] is not None else 2]
        shift = float(weight @ (own[:, 2] - place[:, 2])) / max(float(weight.sum()), 1e-9)
        rows.append((block, place + np.array([0, 0, shift]), weight))
    answer[..., 2] = solve(rows, [2])[..., 0]
    return answer


def _nothing(weights: np.ndarray, frames: int):
    from scipy.sparse import csr_matrix

    return csr_matrix((len(weights), frames))


def reach(first: np.ndarray, second: np.ndarray, goal: np.ndarray, hinge: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Two-bone reach: the bones ``first`` and ``second`` (T, 3) turned so that they end at ``goal`` (T, 3), bending as before.

    ``hinge`` (T, 3) is the axis a bent joint turns about, used where the limb is straight. A goal out of reach is
    approached as far as the bones allow. Returns the two turned bone vectors (T, 3).
    """
    a, b = (np.linalg.norm(v, axis=-1, keepdims=True) for v in (first, second))
    old = first + second
    distance = np.clip(np.linalg.norm(goal, axis=-1, keepdims=True), abs(a - b) + 1e-3, (a + b) * 0.99995)
    axis = cross(normalize(first), normalize(second)) + 0.05 * hinge
    axis = normalize(axis - (axis * normalize(old)).sum(-1, keepdims=True) * normalize(old))
    swing = quat_between(old, goal)
    axis, aim = quat_rotate(swing, axis), normalize(goal)
    alpha = np.arccos(np.clip((a * a + distance**2 - b * b) / (2 * a * distance), -1, 1))
    beta = np.arccos(np.clip((b * b + distance**2 - a * a) / (2 * b * distance), -1, 1))
    return a * _turned(aim, axis, -alpha), b * _turned(aim, axis, beta)


def _turned(v: np.ndarray, axis: np.ndarray, angle: np.ndarray) -> np.ndarray:
    """Vectors ``v`` (T, 3), at right angles to ``axis``, turned about it by ``angle`` (T, 1)."""
    return v * np.cos(angle) + cross(axis, v) * np.sin(angle)


def lift_toes(turns: np.ndarray, seen: Seen, skeleton: Skeleton) -> np.ndarray:
    """World turns (T, 24, 3, 3) with the toes bent up where a raised heel would press them through the floor.

    Many rigs have no toe joint: on the ball of the foot their whole sole tips. Toes that point below the level while the
    ball of the foot is near its lowest are levelled, up to 60 degrees.
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
