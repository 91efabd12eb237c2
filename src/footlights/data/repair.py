"""Recorded motion made usable at its own rate: rest poses cut off, spikes bridged or cut out."""

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

MAX_ACCELERATION = 350.0  # m/s2: no joint of a dancer is faster
MAX_ANGULAR_VELOCITY = 35.0  # rad/s
MAX_ANKLE_ANGLE = np.radians(100)  # from the rest pose, about any axis

_SPIKE_MARGIN = 0.035  # seconds beside a spike that are not trusted either
_ANKLE_MARGIN = 0.1  # seconds beside an impossible ankle, likewise
_SHORTEST_BETWEEN = 0.05  # seconds: less between two spikes belongs to them
_LONGEST_BRIDGE = 0.35  # seconds: longer spikes are cut out
_SHORTEST = 0.5  # seconds: shorter segments are dropped
_SHORTEST_PLAUSIBLE = 2.0  # seconds: so are shorter parts of a clip with impossible ankles

# A rest pose is a T-pose: shares of a bone's length along the axis that it should have.
_LEVEL_ARM, _UPRIGHT_LEG = 0.93, 0.95
_REST_SPEED = 0.12  # m/s: a rest pose at either end is held stiller than this
# A bridge never leaves or arrives faster than by these radians a frame.
_MAX_BRIDGE_STEP = 0.3


@dataclass(frozen=True)
class Segment:
    """A sound part of a clip: its motion, and where it begins in the file, seconds."""

    motion: Motion
    start: float


@dataclass(frozen=True)
class Repaired:
    """What is left of a clip, and how many seconds were bridged and cut (rest poses included)."""

    segments: list[Segment]
    bridged: float
    cut: float


def repair(motion: Motion, names: dict[str, int], skip: int = 0, tail: int = 0) -> Repaired:
    """The sound segments of ``motion``, in order.

    Args:
        motion: a clip on its own skeleton, at its own rate, metres.
        names: SMPL name -> joint index; only these joints and those above them are judged.
        skip, tail: frames at the start and at the end that are known to be a rest pose.
    """
    fps, shortest = motion.fps, _SHORTEST * motion.fps
    begin, end = _without_rest(motion, names, skip, tail)
    if end - begin < max(2, shortest):
        return Repaired([], 0.0, len(motion) / fps)

    moving = motion[begin:end]
    spikes = _spike_frames(moving, names)
    repaired, bridged = _bridge(moving, spikes)
    segments = [
        Segment(repaired[a:b], (begin + a) / fps)
        for a, b in runs(~(spikes & ~bridged))
        if b - a >= shortest
    ]
    kept = sum(len(segment.motion) for segment in segments)
    return Repaired(segments, float(bridged.sum()) / fps, (len(motion) - kept) / fps)


def plausible_spans(motion: Motion) -> list[tuple[int, int]]:
    """(start, end) frames of the parts of a retargeted clip in which both ankles can be real.

    Of a clip that has to be cut for it, parts of two seconds and more.
    """
    ankles = [motion.skeleton.index(f"{side}_ankle") for side in ("left", "right")]
    cosines = np.clip(np.abs(motion.rotations[:, ankles, 0]), 0, 1)
    impossible = (2 * np.arccos(cosines)).max(1) > MAX_ANKLE_ANGLE
    impossible = _widened(impossible, round(_ANKLE_MARGIN * motion.fps))

    shortest = _SHORTEST_PLAUSIBLE * motion.fps if impossible.any() else 0
    return [(a, b) for a, b in runs(~impossible) if b - a >= shortest]


def _without_rest(motion: Motion, names: dict[str, int], skip: int, tail: int) -> tuple[int, int]:
    """First frame and end of the clip without a T-pose hold at either end."""
    resting = _rest_frames(motion, names)
    begin, end = skip, len(motion) - tail
    while begin < end and resting[begin]:
        begin += 1
    while end > begin and resting[end - 1]:
        end -= 1
    return begin, end


def _rest_frames(motion: Motion, names: dict[str, int]) -> np.ndarray:
    """(T,) bool: arms out to the sides and level, legs upright, nothing moving."""
    positions = {name: motion.positions[:, j].astype(np.float64) for name, j in names.items()}

    def direction(end: str, start: str) -> np.ndarray:
        return normalize(positions[end] - positions[start])

    leftwards = direction("left_hip", "right_hip")
    resting = np.ones(len(motion), bool)
    for side, sign in (("left", 1), ("right", -1)):
        for start, end in (("shoulder", "elbow"), ("elbow", "wrist")):
            bone = direction(f"{side}_{end}", f"{side}_{start}")
            resting &= (sign * (bone * leftwards).sum(-1)) > _LEVEL_ARM
        for start, end in (("hip", "knee"), ("knee", "ankle")):
            resting &= direction(f"{side}_{end}", f"{side}_{start}")[:, 2] < -_UPRIGHT_LEG
    return resting & (_limb_speed(motion, positions) < _REST_SPEED)


def _limb_speed(motion: Motion, positions: dict[str, np.ndarray]) -> np.ndarray:
    """(T,) speed of the fastest wrist or ankle, m/s."""
    speed = np.zeros(len(motion))
    if len(motion) > 1:
        limbs = ("left_wrist", "right_wrist", "left_ankle", "right_ankle")
        ends = np.stack([positions[name] for name in limbs], 1)
        speed = np.linalg.norm(np.gradient(ends, 1 / motion.fps, axis=0), axis=-1).max(1)
        # A pose pasted before or after the take seems to move only at its seam.
        speed[[0, -1]] = 0
    return speed


def _spike_frames(motion: Motion, names: dict[str, int]) -> np.ndarray:
    """(T,) bool: frames in or beside a spike."""
    spikes = np.zeros(len(motion), bool)
    if len(motion) < 3:
        return spikes

    joints = sorted(set(names.values()))
    positions = motion.positions[:, joints].astype(np.float64)
    acceleration = np.linalg.norm(np.diff(positions, 2, axis=0), axis=-1).max(1) * motion.fps**2
    spikes[1:-1] |= acceleration > MAX_ACCELERATION

    rotating = sorted({j for end in joints for j in motion.skeleton.chain(0, end)})
    rotations = motion.rotations[:, rotating].astype(np.float64)
    velocity = angle_between(rotations[:-1], rotations[1:]).max(1) * motion.fps
    spikes[:-1] |= velocity > MAX_ANGULAR_VELOCITY
    spikes[1:] |= velocity > MAX_ANGULAR_VELOCITY

    spikes = _widened(spikes, round(_SPIKE_MARGIN * motion.fps))
    for a, b in inner_runs(~spikes):
        if b - a <= _SHORTEST_BETWEEN * motion.fps:
            spikes[a:b] = True
    return spikes


def _widened(mask: np.ndarray, frames: int) -> np.ndarray:
    """A mask (T,) that is true this many frames around each true one, too."""
    if not mask.any():
        return mask
    return np.convolve(mask, np.ones(2 * frames + 1), "same") > 0


def _bridge(motion: Motion, spikes: np.ndarray) -> tuple[Motion, np.ndarray]:
    """The clip with its short inner spikes replaced by smooth motion, and which frames (T,)."""
    root, rotations = motion.root.astype(np.float64), motion.rotations.astype(np.float64)
    bridged = np.zeros(len(motion), bool)
    for a, b in runs(spikes):
        # A bridge leaves and arrives with the speeds before and after it, from two frames each.
        if a < 2 or b > len(motion) - 2 or b - a > _LONGEST_BRIDGE * motion.fps:
            continue
        steps = b - a + 1
        share = np.arange(1, steps) / steps
        leave = (root[a - 1] - root[a - 2]) * steps
        arrive = (root[b + 1] - root[b]) * steps
        root[a:b] = _hermite(share, root[a - 1], root[b], leave, arrive)
        rotations[a:b] = _rotations_between(rotations, a, b, share)
        bridged[a:b] = True
    return motion.replace(root=root, rotations=rotations), bridged


def _rotations_between(q: np.ndarray, a: int, b: int, share: np.ndarray) -> np.ndarray:
    """(b - a, J, 4) from ``q[a - 1]`` to ``q[b]``, with the angular velocities before and after."""

    def rotation_vector(first: np.ndarray, second: np.ndarray) -> np.ndarray:
        return rotvec_from_quat(quat_mul(quat_conj(first), second))

    steps = b - a + 1
    limit = _MAX_BRIDGE_STEP * steps
    leave, arrive = (
        np.clip(rotation_vector(q[i], q[i + 1]) * steps, -limit, limit) for i in (a - 2, b)
    )
    whole = rotation_vector(q[a - 1], q[b])
    between = _hermite(share, np.zeros_like(whole), whole, leave, arrive)
    return quat_mul(q[a - 1], quat_from_rotvec(between))


def _hermite(
    t: np.ndarray, start: np.ndarray, end: np.ndarray, leave: np.ndarray, arrive: np.ndarray
) -> np.ndarray:
    """Cubic (N, ...) at ``t`` (N,) in [0, 1] with the given end values and slopes."""
    t = t.reshape(-1, *[1] * start.ndim)
    h = 2 * t**3 - 3 * t**2
    return (h + 1) * start - h * end + (t**3 - 2 * t**2 + t) * leave + (t**3 - t**2) * arrive
