"""Which numbers of a window are given to the network: the masks that it learns to fill in from."""

import numpy as np

from ...motion.skeleton import SMPL24
from ..representation import CONTACTS, HEIGHT, ROTATIONS, VELOCITY, WIDTH, YAW_RATE

_LEGS = ("left_hip", "right_hip")  # roots of the two legs
_SPINE = ("spine1",)  # of everything above the pelvis
_MOST_KEYS = 6  # poses in a window that are given one by one
_LEAST_SHARE, _MOST_SHARE = 0.1, 0.9  # of a window that a span takes


def random_mask(rng: np.random.Generator, frames: int) -> np.ndarray:
    """(T, 152) float32 of ones where a window is given, after one of the ways to edit a dance.

    Everything outside a span; everything before a moment; single poses; the root's path; the
    upper or the lower body over a span.
    """
    mask = np.zeros((frames, WIDTH), np.float32)
    way = int(rng.integers(5))
    if way == 0:
        mask[:] = 1
        mask[_span(rng, frames)] = 0
    elif way == 1:
        mask[: _length(rng, frames)] = 1
    elif way == 2:
        keys = rng.integers(frames, size=int(rng.integers(1, _MOST_KEYS + 1)))
        mask[keys] = 1
        # A pose that stands alone has no way to the next frame.
        mask[keys, VELOCITY.start : YAW_RATE.stop] = 0
    elif way == 3:
        mask[_span(rng, frames), VELOCITY.start : YAW_RATE.stop] = 1
    else:
        span = _span(rng, frames)
        mask[span] = body_part(upper=bool(rng.integers(2)))
    return mask


def body_part(*, upper: bool) -> np.ndarray:
    """(152,) ones at the numbers of the upper body, or of pelvis, legs, contacts and the root."""
    part = np.zeros(WIDTH, np.float32)
    if not upper:
        for numbers in (HEIGHT, VELOCITY, YAW_RATE, CONTACTS):
            part[numbers] = 1
        part[rotation_of(0)] = 1
    for joint in joints_below(_SPINE if upper else _LEGS):
        part[rotation_of(joint)] = 1
    return part


def joints_below(roots: tuple[str, ...]) -> list[int]:
    """Indices of the named joints of the house skeleton and of all that hang on them."""
    below = {SMPL24.index(name) for name in roots}
    for joint, parent in enumerate(SMPL24.parents):
        if parent in below:
            below.add(joint)
    return sorted(below)


def rotation_of(joint: int) -> slice:
    """The six numbers of a joint's rotation."""
    return slice(ROTATIONS.start + 6 * joint, ROTATIONS.start + 6 * joint + 6)


def _span(rng: np.random.Generator, frames: int) -> slice:
    length = _length(rng, frames)
    start = int(rng.integers(frames - length + 1))
    return slice(start, start + length)


def _length(rng: np.random.Generator, frames: int) -> int:
    return max(1, int(rng.uniform(_LEAST_SHARE, _MOST_SHARE) * frames))
