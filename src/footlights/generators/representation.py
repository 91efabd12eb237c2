"""A motion as numbers a network can learn: nothing absolute but the height above the floor.

One frame is 152 numbers: pelvis height (m), planar pelvis velocity in the heading frame (m/s), yaw
rate (rad/s), pelvis tilt (6-D, heading removed), 23 local rotations (6-D), four contacts. Heading
is the twist of the pelvis about the vertical. An array of such frames (T, 152) is called vectors.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from array_api_compat import array_namespace

from ..basics.errors import FootlightsError
from ..geometry.rotations import (
    matrix_from_6d,
    matrix_from_quat,
    quat_about,
    quat_from_matrix,
    quat_mul,
    sixd_from_matrix,
)
from ..motion.heading import heading_of
from ..motion.motion import Motion
from ..motion.skeleton import SMPL24

Array = Any

HEIGHT = slice(0, 1)  # m above the floor
VELOCITY = slice(1, 3)  # m/s, in the heading frame, towards the next frame
YAW_RATE = slice(3, 4)  # rad/s, towards the next frame
ROTATIONS = slice(4, 148)  # 24 x 6-D: the pelvis without its heading, then the other joints
CONTACTS = slice(148, 152)  # in [0, 1]: left heel, left toe, right heel, right toe
WIDTH = 152

_LEGS = ("left_hip", "right_hip")
_TRUNK = ("spine1",)  # everything above the pelvis hangs on it

_BLOCK = 1024  # frames decoded at once


@dataclass(frozen=True)
class Representation:
    """How a family of generators writes motion as numbers.

    Attributes:
        name: what it is called; another name as soon as a number means something else.
        slices: which numbers of a frame are what.
        encode: vectors (T, `width`) float32 of a `Motion`.
        decode: the `Motion` of vectors at a number of frames a second.
    """

    name: str
    slices: Mapping[str, slice]
    encode: Callable[[Motion], np.ndarray]
    decode: Callable[[np.ndarray, float], Motion]

    @property
    def width(self) -> int:
        """Numbers a frame."""
        return max(part.stop for part in self.slices.values())

    @property
    def digest(self) -> str:
        """64 hex digits: two models whose digests are equal speak of motion alike."""
        layout = [(name, part.start, part.stop) for name, part in self.slices.items()]
        return hashlib.sha256(repr((self.name, layout)).encode()).hexdigest()


def encode(motion: Motion) -> np.ndarray:
    """Vectors (T, 152) float32 of a motion on the house skeleton.

    Velocities are those to the next frame; the last frame repeats the ones before it.

    Raises:
        FootlightsError: the motion is on another skeleton, which the vectors could not tell.
    """
    if motion.skeleton != SMPL24:
        raise FootlightsError(
            "the motion is on another skeleton",
            "motion",
            "retarget it to SMPL24, or build the data again",
        )

    rotations, root = motion.rotations.astype(np.float64), motion.root.astype(np.float64)
    # Unwrapped, so that the rate does not jump where the angle passes half a turn.
    yaw = np.unwrap(heading_of(motion))
    tilt = quat_mul(quat_about("z", -yaw), rotations[:, 0])
    local = np.concatenate([tilt[:, None], rotations[:, 1:]], axis=1)

    vectors = np.zeros((len(motion), WIDTH))
    vectors[:, HEIGHT] = root[:, 2:]
    vectors[:, ROTATIONS] = sixd_from_matrix(matrix_from_quat(local)).reshape(len(motion), -1)
    if len(motion) > 1:
        steps = rotate_planar(np.diff(root[:, :2], axis=0), -yaw[:-1])
        vectors[:-1, VELOCITY] = steps * motion.fps
        vectors[:-1, YAW_RATE] = np.diff(yaw)[:, None] * motion.fps
        for part in (VELOCITY, YAW_RATE):
            vectors[-1, part] = vectors[-2, part]
    if motion.contacts is not None:
        vectors[:, CONTACTS] = motion.contacts
    return vectors.astype(np.float32)


def decode(vectors: np.ndarray, fps: float) -> Motion:
    """The motion of vectors (T, 152), starting above the origin and facing the rest pose's way."""
    # Errors of a sum grow with its length: a song of minutes needs double precision.
    vectors = np.asarray(vectors, np.float64)
    yaw = np.concatenate([[0.0], np.cumsum(vectors[:-1, YAW_RATE])]) / fps
    steps = rotate_planar(vectors[:-1, VELOCITY], yaw[:-1]) / fps

    root = np.zeros((len(vectors), 3))
    root[1:, :2] = np.cumsum(steps, axis=0)
    root[:, 2:] = vectors[:, HEIGHT]

    rotations = np.empty((len(vectors), len(SMPL24), 4))
    # In blocks: on the way to quaternions a frame takes twenty times what they do.
    for start in range(0, len(vectors), _BLOCK):
        block = slice(start, start + _BLOCK)
        rotations[block] = quat_from_matrix(local_rotations(vectors[block]))
    rotations[:, 0] = quat_mul(quat_about("z", yaw), rotations[:, 0])
    contacts = np.clip(vectors[:, CONTACTS], 0, 1)
    return Motion(root, rotations, fps, SMPL24, contacts=contacts).continuous()


HEADING_FRAME = Representation(
    "heading-frame-1",
    {
        "height": HEIGHT,
        "velocity": VELOCITY,
        "yaw_rate": YAW_RATE,
        "rotations": ROTATIONS,
        "contacts": CONTACTS,
    },
    encode,
    decode,
)


def local_rotations(vectors: Array) -> Array:
    """Local rotation matrices (..., 24, 3, 3) of vectors (..., 152), the pelvis without heading."""
    xp = array_namespace(vectors)
    sixd = xp.reshape(vectors[..., ROTATIONS], (*vectors.shape[:-1], len(SMPL24), 6))
    return matrix_from_6d(sixd)


def rotation_of(joint: int) -> slice:
    """The six numbers of a frame that are the rotation of a joint of the house skeleton."""
    return slice(ROTATIONS.start + 6 * joint, ROTATIONS.start + 6 * joint + 6)


def upper_body() -> np.ndarray:
    """(152,) bool: the rotations of spine, neck, head and arms."""
    return _rotations_below(_TRUNK)


def lower_body() -> np.ndarray:
    """(152,) bool: height, tilt of the pelvis, rotations of the legs, contacts; not the path."""
    numbers = _rotations_below(_LEGS)
    for part in (HEIGHT, rotation_of(0), CONTACTS):
        numbers[part] = True
    return numbers


def path() -> np.ndarray:
    """(152,) bool: planar velocity and yaw rate."""
    numbers = np.zeros(WIDTH, bool)
    numbers[VELOCITY] = numbers[YAW_RATE] = True
    return numbers


def _rotations_below(roots: tuple[str, ...]) -> np.ndarray:
    """(152,) bool: the rotations of the named joints and of all that hang on them."""
    below = {SMPL24.index(name) for name in roots}
    numbers = np.zeros(WIDTH, bool)
    for joint, parent in enumerate(SMPL24.parents):
        if joint in below or parent in below:
            below.add(joint)
            numbers[rotation_of(joint)] = True
    return numbers


def rotate_planar(planar: Array, yaw: Array) -> Array:
    """Planar vectors (..., 2) rotated by yaw (...) radians."""
    xp = array_namespace(planar)
    c, s = xp.cos(yaw), xp.sin(yaw)
    x, y = planar[..., 0], planar[..., 1]
    return xp.stack([c * x - s * y, s * x + c * y], axis=-1)
