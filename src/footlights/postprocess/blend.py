"""One clip after another, the second turned and moved to where the first has come."""

from dataclasses import dataclass

import numpy as np

from ..basics.errors import FootlightsError
from ..geometry.rotations import slerp
from ..geometry.signals import smoothstep
from ..motion.heading import heading_free_positions, heading_of
from ..motion.motion import Motion

BLEND = 0.5  # seconds over which one clip becomes the other
SEARCH = (
    1.0  # seconds at the end of one and at the start of the other in which the seam is looked for
)

_VELOCITY = 0.15  # what a difference of a m/s costs, in metres of a joint
_CONTACT = 0.1  # what a sole costs that stands in one and not in the other
_ANKLES = ("left_ankle", "right_ankle")


@dataclass(frozen=True)
class Seam:
    """Where the blend begins: a frame of the first clip, one of the second, and how many."""

    first: int
    second: int
    frames: int


def find_seam(first: Motion, second: Motion) -> Seam:
    """Where two clips of one rate with marked contacts go over most easily.

    Poses and velocities are compared as their dancers see them, and which soles stand: a step goes
    on as the step that it is.

    Raises:
        FootlightsError: a clip is shorter than the blend.
    """
    frames = max(2, round(BLEND * first.fps))
    for clip in (first, second):
        if len(clip) <= frames:
            what = f"{clip.seconds:.2f} s are too short to be joined"
            raise FootlightsError(what, "motion", f"give more than {BLEND:g} s")

    search = round(SEARCH * first.fps)
    last = len(first) - frames
    starts = np.arange(max(0, last - search), last + 1)
    others = np.arange(0, min(search, len(second) - frames) + 1)

    middle = frames // 2
    mine, theirs = _features(first)[starts + middle], _features(second)[others + middle]
    cost = np.abs(mine[:, None] - theirs[None]).mean(axis=-1)
    a, b = np.unravel_index(int(cost.argmin()), cost.shape)
    return Seam(int(starts[a]), int(others[b]), frames)


def blended(first: Motion, second: Motion, seam: Seam) -> Motion:
    """``first`` up to the seam, both over it, then ``second``, in the heading of the first.

    Its feet go on from where those of the first stand. Clips on the house skeleton, of one rate,
    with marked contacts.
    """
    middle = seam.frames // 2
    other = _aligned(second, first, seam.second + middle, seam.first + middle)
    one = first[seam.first : seam.first + seam.frames]
    two = other[seam.second : seam.second + seam.frames]

    share = smoothstep((np.arange(seam.frames) + 0.5) / seam.frames)
    root = one.root + share[:, None] * (two.root - one.root)
    rotations = slerp(
        one.rotations.astype(np.float64), two.rotations.astype(np.float64), share[:, None]
    )
    # Where both say so a sole stands; in between it may be on its way.
    contacts = np.minimum(np.asarray(one.contacts), np.asarray(two.contacts))
    between = one.replace(root=root, rotations=rotations, contacts=contacts, confidence=None)

    parts = [first[: seam.first]] if seam.first else []
    parts.append(between)
    if seam.second + seam.frames < len(other):
        parts.append(other[seam.second + seam.frames :])
    whole = parts[0].replace(confidence=None)
    for part in parts[1:]:
        whole = whole.joined(part.replace(confidence=None))
    return whole


def _features(motion: Motion) -> np.ndarray:
    """(T, D) what two frames are compared by, in metres."""
    poses = heading_free_positions(motion, motion.skeleton.names)
    velocities = np.gradient(poses, 1 / motion.fps, axis=0)
    contacts = np.repeat(np.asarray(motion.contacts), poses[0].size // 4, axis=1)
    flat = (len(motion), -1)
    return np.concatenate(
        [poses.reshape(flat), _VELOCITY * velocities.reshape(flat), _CONTACT * contacts], axis=1
    )


def _aligned(moving: Motion, fixed: Motion, at: int, to: int) -> Motion:
    """``moving`` turned and moved so that its frame ``at`` lies over frame ``to`` of ``fixed``.

    Feet that stand in both lie over one another, or else the pelvises do.
    """
    turn = float(heading_of(fixed)[to] - heading_of(moving)[at])
    turned = moving.moved(yaw=turn)

    stand = np.minimum(np.asarray(fixed.contacts)[to], np.asarray(moving.contacts)[at]) > 0.5
    feet = [stand[:2].any(), stand[2:].any()]
    joints = [moving.skeleton.index(name) for name, on in zip(_ANKLES, feet, strict=True) if on]
    joints = joints or [0]
    shift = (fixed.positions[to, joints] - turned.positions[at, joints]).mean(axis=0)
    return turned.moved((float(shift[0]), float(shift[1]), 0.0))
