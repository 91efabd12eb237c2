"""Recorded motion made usable at its own rate: rest poses cut from both ends, spikes bridged or
cut out.
"""

from dataclasses import dataclass

import numpy as np

from ..geometry.rotations import (
    angle_between,
    normalize,
    quat_conj,
    quat_from_rotvec,
    quat_mul,
    rotvec_from_quat,
)
from ..geometry.signals import inner_runs, runs
from ..motion.motion import Motion
from ..retargeting.joint_names import path

_ACCELERATION = 350.0  # m/s2: no joint of a dancer is faster
_TURN = 35.0  # rad/s
_ANKLE = np.radians(100)
_WIDEN, _CLOSE, _BRIDGE = 0.035, 0.05, 0.35  # seconds
_SHORTEST = 0.5  # seconds: shorter clips are dropped
_SHORTEST_PIECE = 2.0  # seconds: so are shorter pieces of a clip that had to be cut
_HOLD_SPEED = 0.12  # m/s: a rest pose at either end is held stiller than this


@dataclass(frozen=True)
class Piece:
    """A sound part of a clip: its motion, and where it begins in the file, seconds."""

    motion: Motion
    start: float


@dataclass(frozen=True)
class Repaired:
    """What is left of a clip, and how many seconds were bridged and cut (rest poses included)."""

    pieces: list[Piece]
    bridged: float
    cut: float


def repair(motion: Motion, names: dict[str, int], skip: int = 0, tail: int = 0) -> Repaired:
    """The sound pieces of ``motion``, in order.

    Args:
        motion: a clip on its own skeleton, at its own rate, metres.
        names: SMPL name -> joint index; only these joints and those above them are judged.
        skip, tail: frames at the start and at the end that are known to be a rest pose.
    """
    begin, end = _without_rest(motion, names, skip, tail)
    if end - begin < max(2, _SHORTEST * motion.fps):
        return Repaired([], 0.0, len(motion) / motion.fps)
    body = motion[begin:end]
    bad = _bad_frames(body, names)
    sound, bridged = _bridge(body, bad)
    pieces = [
        Piece(sound[a:b], (begin + a) / motion.fps)
        for a, b in runs(~(bad & ~bridged))
        if b - a >= _SHORTEST * motion.fps
    ]
    kept = sum(len(p.motion) for p in pieces)
    return Repaired(pieces, float(bridged.sum()) / motion.fps, (len(motion) - kept) / motion.fps)


def possible(result: Motion) -> list[tuple[int, int]]:
    """(start, end) frames of the parts of a retargeted clip in which no ankle is turned as none can
    be.

    A clip that had to be cut is cut into parts of two seconds and more.
    """
    ankles = [result.skeleton.index(f"{side}_ankle") for side in ("left", "right")]
    wrong = (2 * np.arccos(np.clip(np.abs(result.rotations[:, ankles, 0]), 0, 1))).max(1) > _ANKLE
    wrong = _widened(wrong, round(0.1 * result.fps))
    spans = runs(~wrong)
    return (
        [(a, b) for a, b in spans if b - a >= _SHORTEST_PIECE * result.fps]
        if wrong.any()
        else spans
    )


def _without_rest(motion: Motion, names: dict[str, int], skip: int, tail: int) -> tuple[int, int]:
    """First frame and end of the clip without a T-pose hold at either end."""
    posed = _t_posed(motion, names)
    begin, end = skip, len(motion) - tail
    while begin < end and posed[begin]:
        begin += 1
    while end > begin and posed[end - 1]:
        end -= 1
    return begin, end


def _t_posed(motion: Motion, names: dict[str, int]) -> np.ndarray:
    """(T,) bool: arms straight out to the sides and level, trunk and legs upright, nothing moving."""
    places = {n: motion.positions[:, j].astype(np.float64) for n, j in names.items()}
    across = normalize(places["left_hip"] - places["right_hip"])
    posed = np.ones(len(motion), bool)
    for side, sign in (("left", 1), ("right", -1)):
        for a, b, limit in (("shoulder", "elbow", 0.93), ("elbow", "wrist", 0.93)):
            bone = normalize(places[f"{side}_{b}"] - places[f"{side}_{a}"])
            posed &= (sign * (bone * across).sum(-1)) > limit
        for a, b in (("hip", "knee"), ("knee", "ankle")):
            posed &= normalize(places[f"{side}_{b}"] - places[f"{side}_{a}"])[:, 2] < -0.95
    speed = np.zeros(len(motion))
    if len(motion) > 1:
        moving = np.stack(
            [places[n] for n in ("left_wrist", "right_wrist", "left_ankle", "right_ankle")], 1
        )
        speed = np.linalg.norm(np.gradient(moving, 1 / motion.fps, axis=0), axis=-1).max(1)
        speed[[0, -1]] = 0  # a pose pasted before or after the take seems to move only at its seam
    return posed & (speed < _HOLD_SPEED)


def _bad_frames(motion: Motion, names: dict[str, int]) -> np.ndarray:
    """(T,) bool: frames in or beside a spike."""
    bad = np.zeros(len(motion), bool)
    if len(motion) < 3:
        return bad
    joints = sorted(set(names.values()))
    places = motion.positions[:, joints].astype(np.float64)
    force = np.linalg.norm(np.diff(places, 2, axis=0), axis=-1).max(1) * motion.fps**2
    bad[1:-1] |= force > _ACCELERATION
    turning = sorted({j for end in joints for j in path(motion.skeleton, 0, end)})
    rotations = motion.rotations[:, turning].astype(np.float64)
    rate = angle_between(rotations[:-1], rotations[1:]).max(1) * motion.fps
    bad[:-1] |= rate > _TURN
    bad[1:] |= rate > _TURN
    bad = _widened(bad, round(_WIDEN * motion.fps))
    for a, b in inner_runs(~bad):
        if b - a <= _CLOSE * motion.fps:
            bad[a:b] = True
    return bad


def _widened(marks: np.ndarray, frames: int) -> np.ndarray:
    return np.convolve(marks, np.ones(2 * frames + 1), "same") > 0 if marks.any() else marks


def _bridge(motion: Motion, bad: np.ndarray) -> tuple[Motion, np.ndarray]:
    """The clip with short bad runs inside it replaced by smooth ones, and which frames those are."""
    root, rotations = motion.root.astype(np.float64), motion.rotations.astype(np.float64)
    bridged = np.zeros(len(motion), bool)
    for a, b in runs(bad):
        if a < 2 or b > len(motion) - 2 or b - a > _BRIDGE * motion.fps:
            continue
        share = np.arange(1, b - a + 1) / (b - a + 1)
        length = b - a + 1
        ends = (
            root[a - 1],
            root[b],
            (root[a - 1] - root[a - 2]) * length,
            (root[b + 1] - root[b]) * length,
        )
        root[a:b] = _hermite(share, *ends)
        rotations[a:b] = _turned_between(rotations, a, b, share)
        bridged[a:b] = True
    return motion.replace(root=root, rotations=rotations), bridged


def _turned_between(q: np.ndarray, a: int, b: int, share: np.ndarray) -> np.ndarray:
    """(b - a, J, 4) rotations from ``q[a - 1]`` to ``q[b]`` that leave and arrive with the speeds
    found there.
    """

    def turn(first: np.ndarray, second: np.ndarray) -> np.ndarray:
        return rotvec_from_quat(quat_mul(quat_conj(first), second))

    length = b - a + 1
    limit = 0.3 * length
    leave, arrive = (np.clip(turn(q[i], q[i + 1]) * length, -limit, limit) for i in (a - 2, b))
    whole = turn(q[a - 1], q[b])
    path_ = _hermite(share, np.zeros_like(whole), whole, leave, arrive)
    return quat_mul(q[a - 1], quat_from_rotvec(path_))


def _hermite(
    t: np.ndarray, start: np.ndarray, end: np.ndarray, leave: np.ndarray, arrive: np.ndarray
) -> np.ndarray:
    """Cubic (N, ...) at ``t`` (N,) in [0, 1] with the given end values and slopes."""
    t = t.reshape(-1, *[1] * start.ndim)
    h = 2 * t**3 - 3 * t**2
    return (h + 1) * start - h * end + (t**3 - 2 * t**2 + t) * leave + (t**3 - t**2) * arrive
