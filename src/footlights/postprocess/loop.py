"""A clip that goes on for ever: its last frame is its first, in pose and in velocity.

The ends are closed as inertialisation blends (Bollo, GDC 2018): what the pose and its velocity lack
at an end is added there and dies away as a cubic over `EASE` seconds. Nothing between is touched.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..basics.errors import FootlightsError
from ..geometry.rotations import quat_about, quat_conj, quat_from_rotvec, quat_mul, rotvec_from_quat
from ..motion.heading import heading_free_positions, heading_of
from ..motion.motion import Motion
from .foot_lock import clean

SHORTEST = 1.0  # seconds of a loop
EASE = 0.4  # seconds over which a correction dies away

_GRID = 0.1  # seconds between the moments that are tried where there are no downbeats
# What a difference between first and last frame costs, in metres of a joint.
_VELOCITY = 0.15  # a m/s
_DISTANCE = 0.1  # a metre that the clip travels
_TURN = 0.1  # a radian that it turns
_LENGTH = 0.3  # what the whole clip gains over none


@dataclass(frozen=True)
class Span:
    """Frames from ``start`` to ``end``, both in."""

    start: int
    end: int


def find_loop(motion: Motion, downbeats: Sequence[float] = ()) -> Span:
    """Where a clip closes best: two downbeats whose poses and velocities are most alike.

    Args:
        downbeats: seconds; without two that are far enough apart, moments of the first third and of
            the last are tried.

    Raises:
        FootlightsError: the clip is shorter than `SHORTEST`.
    """
    shortest = round(SHORTEST * motion.fps)
    if len(motion) <= shortest:
        what = f"{motion.seconds:.1f} s are too short to loop"
        raise FootlightsError(what, "motion", f"give more than {SHORTEST:g} s")

    frames = sorted({round(t * motion.fps) for t in downbeats if t >= 0})
    frames = [frame for frame in frames if frame < len(motion)]
    pairs = [(a, b) for a in frames for b in frames if b - a >= shortest]
    if not pairs:
        step, last = max(1, round(_GRID * motion.fps)), len(motion) - 1
        early = range(0, max(1, last // 3), step)
        late = range(last, last - max(1, last // 3), -step)
        pairs = [(a, b) for a in early for b in late if b - a >= shortest]

    return Span(*min(pairs, key=_Closeness(motion).cost))


def looped(motion: Motion, span: Span) -> Motion:
    """The frames of ``span``, closed, with their planted feet locked.

    What the clip travels and turns in all is taken out evenly; contacts must be marked.
    """
    clip = motion[span.start : span.end + 1]
    closed = _closed(_returning(clip))

    # Feet are locked in the midst of three rounds, so that those at the seam know what comes.
    around = closed[:-1]
    locked = clean(around.joined(around).joined(closed))
    count = len(around)
    return _closed(locked[count : 2 * count + 1])


class _Closeness:
    """How unlike two frames of a clip are, seen from their own headings."""

    def __init__(self, motion: Motion) -> None:
        self.frames = len(motion)
        self.poses = heading_free_positions(motion, motion.skeleton.names)
        self.velocities = np.gradient(self.poses, 1 / motion.fps, axis=0)
        self.heading, self.place = heading_of(motion), motion.root[:, :2]

    def cost(self, pair: tuple[int, int]) -> float:
        a, b = pair
        pose = np.linalg.norm(self.poses[a] - self.poses[b], axis=-1).mean()
        velocity = np.linalg.norm(self.velocities[a] - self.velocities[b], axis=-1).mean()
        travel = np.linalg.norm(self.place[a] - self.place[b])
        turn = abs(_wrapped(self.heading[b] - self.heading[a]))
        gain = _LENGTH * (b - a) / self.frames
        return float(pose + _VELOCITY * velocity + _DISTANCE * travel + _TURN * turn - gain)


def _wrapped(angle: float) -> float:
    """The same angle in [-pi, pi)."""
    return float((angle + np.pi) % (2 * np.pi) - np.pi)


def _returning(clip: Motion) -> Motion:
    """The clip ending at the place and in the heading of its first frame."""
    heading = heading_of(clip)
    turn = _wrapped(heading[-1] - heading[0])
    share = np.linspace(0, 1, len(clip))

    root, rotations = clip.root.astype(np.float64), clip.rotations.astype(np.float64)
    root[:, :2] -= share[:, None] * (root[-1, :2] - root[0, :2])
    rotations[:, 0] = quat_mul(quat_about("z", -turn * share), rotations[:, 0])
    return clip.replace(root=root, rotations=rotations)


def _closed(clip: Motion) -> Motion:
    """The clip with first and last frame alike, half of the difference mended at either end."""
    root, rotations = clip.root.astype(np.float64), clip.rotations.astype(np.float64)
    reach = min(max(2, round(EASE * clip.fps)), (len(clip) - 1) // 2)

    gap = root[-1] - root[0]
    _mend_ends(root, gap / 2, _missing(root[1] - root[0], root[-1] - root[-2]), reach)

    turns = np.zeros((*rotations.shape[:2], 3))
    apart = _turn_between(rotations[0], rotations[-1])
    first, last = _turn_between(rotations[0], rotations[1]), _turn_between(*rotations[-2:])
    _mend_ends(turns, apart / 2, _missing(first, last), reach)
    rotations = quat_mul(rotations, quat_from_rotvec(turns))
    rotations[-1] = rotations[0]

    contacts = None if clip.contacts is None else clip.contacts.copy()
    if contacts is not None:
        contacts[-1] = contacts[0]
    return clip.replace(root=root, rotations=rotations, contacts=contacts)


def _missing(first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """Half of what the first step lacks of the last one."""
    return (last - first) / 2


def _turn_between(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Rotation vectors (J, 3) from quaternions (J, 4) to others, in the frame of the joints."""
    turn: np.ndarray = rotvec_from_quat(quat_mul(quat_conj(a), b))
    return turn


def _mend_ends(curve: np.ndarray, gap: np.ndarray, step: np.ndarray, reach: int) -> None:
    """Add half a ``gap`` and a missing ``step`` a frame to both ends of a curve (T, ...) in place.

    The first frame gets ``gap`` and the last loses it; the first step gains ``step`` and the last
    one loses it.
    """
    u = (np.arange(reach + 1) / reach).reshape(-1, *[1] * gap.ndim)
    value, slope = 2 * u**3 - 3 * u**2 + 1, (u**3 - 2 * u**2 + u) * reach
    slope /= slope[1].mean()  # so that the very first step gains all of it
    curve[: reach + 1] += gap * value + step * slope
    # Time runs backwards from the last frame: the sign of the value turns, that of the slope twice.
    curve[len(curve) - reach - 1 :] += (-gap * value + step * slope)[::-1]
