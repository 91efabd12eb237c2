"""Geometric features: shares of time in which each of 32 statements about the body holds.

A statement is one like "the right knee is bent". After Müller, Röder and Clausen (2005), "Efficient
content-based retrieval of motion capture data", in the list that fairmotion and the AIST++ tools
made of it, on which published FID_g and DIV_g stand. Joints are those of SMPL.
"""

from dataclasses import dataclass

import numpy as np

from ..motion.skeleton import SMPL_NAMES
from .array_checks import checked_positions
from .derivatives import stride

_JOINT = SMPL_NAMES.index
PELVIS, NECK, BELLY, CHEST = (_JOINT(name) for name in ("pelvis", "neck", "spine1", "spine3"))
_SIDED = ("hip", "knee", "ankle", "foot", "shoulder", "elbow", "wrist")
LEFT, RIGHT = ({part: _JOINT(f"{side}_{part}") for part in _SIDED} for side in ("left", "right"))
_PUBLISHED_RATE = 120.0  # frames a second, whatever the rate of the data


@dataclass(frozen=True)
class BodySize:
    """Lengths in metres that the statements are measured with.

    Attributes:
        arm: of the upper arm.
        shoulders: from shoulder to shoulder.
        hips: from hip to hip.
    """

    arm: float
    shoulders: float
    hips: float


TEMPLATE = BodySize(0.2568381, 0.3908484, 0.1192471)  # published, one body for all
# The first release of the published code took lengths between wrong points of it.
OLD_TEMPLATE = BodySize(0.2493235, 0.4857135, 0.4241398)


def geometric_features(positions: np.ndarray, fps: float, up: int = 2) -> np.ndarray:
    """(32,) shares of time in which each statement holds.

    NaN when the clip is shorter than a thirtieth of a second. Arguments as `geometric_frames`.
    """
    frames = geometric_frames(positions, fps, up)
    return frames.mean(axis=0) if len(frames) else np.full(32, np.nan)


def geometric_frames(positions: np.ndarray, fps: float, up: int = 2) -> np.ndarray:
    """(T - stride, 32) whether each statement holds, by the dancer's own lengths.

    Speeds are taken over a thirtieth of a second.

    Args:
        positions: (T, 24, 3) metres, joints of SMPL.
        up: index of the vertical axis.
    """
    positions, step = checked_positions(positions, 24), stride(fps)
    if len(positions) <= step:
        return np.zeros((0, 32), bool)
    pose = _Pose(positions[step:], positions[:-step], fps / step, up)
    return _statements(pose, size_of(positions), published=False)


def geometric_features_bailando(positions: np.ndarray, size: BodySize = TEMPLATE) -> np.ndarray:
    """(32,) as published: y up, a template's lengths for all, 120 frames a second assumed.

    Statements 4 and 5 lose their wrists and are one; 9 to 11 look at other joints than their names
    say. ``OLD_TEMPLATE`` gives the numbers of the first release. One frame gives NaN.
    """
    positions = checked_positions(positions, 24)
    if len(positions) < 2:
        return np.full(32, np.nan)
    pose = _Pose(positions[1:], positions[:-1], _PUBLISHED_RATE, 1)
    return _statements(pose, size, published=True).mean(axis=0)


def size_of(positions: np.ndarray) -> BodySize:
    """The dancer's own lengths, medians over the clip of positions (T, 24, 3)."""

    def length(a: int, b: int) -> float:
        return float(np.median(np.linalg.norm(positions[:, a] - positions[:, b], axis=-1)))

    left_arm, right_arm = (length(side["shoulder"], side["elbow"]) for side in (LEFT, RIGHT))
    shoulders = length(LEFT["shoulder"], RIGHT["shoulder"])
    return BodySize(0.5 * (left_arm + right_arm), shoulders, length(LEFT["hip"], RIGHT["hip"]))


class _Pose:
    """Positions and velocities of a clip, and the questions that statements ask of them.

    Every answer is one number per frame: metres, metres a second or degrees.
    """

    def __init__(self, now: np.ndarray, before: np.ndarray, rate: float, up: int) -> None:
        self.now, self.velocity = now, (now - before) * rate
        self.upward = np.eye(3)[up]
        self.height = now[..., up] - now[..., up].min(axis=1, keepdims=True)

    def speed(self, joint: int) -> np.ndarray:
        return np.linalg.norm(self.velocity[:, joint], axis=-1)

    def speed_along(self, start: int, end: int, joint: int, seen_from: int) -> np.ndarray:
        """Speed of a joint, seen from another, in the direction from ``start`` to ``end``."""
        direction = _unit(self.now[:, end] - self.now[:, start])
        return _dot(self.velocity[:, joint] - self.velocity[:, seen_from], direction)

    def speed_through(self, a: int, b: int, c: int, joint: int) -> np.ndarray:
        """Speed of a joint, seen from ``a``, through the plane of three joints."""
        return _dot(self.velocity[:, joint] - self.velocity[:, a], self._normal(a, b, c))

    def in_front(self, a: int, b: int, c: int, joint: int) -> np.ndarray:
        """Distance of a joint in front of the plane of three joints."""
        return _dot(self.now[:, joint] - self.now[:, a], self._normal(a, b, c))

    def beyond(self, start: int, end: int, point: int, joint: int) -> np.ndarray:
        """Distance of a joint beyond ``point`` in the direction from ``start`` to ``end``."""
        direction = _unit(self.now[:, end] - self.now[:, start])
        return _dot(self.now[:, joint] - self.now[:, point], direction)

    def angle(self, middle: int, one: int, other: int) -> np.ndarray:
        """Angle at the joint ``middle`` between two others."""
        a, b = (self.now[:, end] - self.now[:, middle] for end in (one, other))
        return _angle(a, b)

    def angle_to_spine(self, a: int, b: int) -> np.ndarray:
        """Angle between the spine, neck to pelvis, and the limb from ``a`` to ``b``."""
        return _angle(self.now[:, PELVIS] - self.now[:, NECK], self.now[:, b] - self.now[:, a])

    def spine_to_vertical(self) -> np.ndarray:
        return _angle(self.now[:, PELVIS] - self.now[:, NECK], self.upward)

    def _normal(self, a: int, b: int, c: int) -> np.ndarray:
        return _unit(np.cross(self.now[:, c] - self.now[:, a], self.now[:, b] - self.now[:, a]))


def _statements(pose: _Pose, size: BodySize, published: bool) -> np.ndarray:
    """(N, 32) the statements in their published order.

    A direction of no length makes its statement false.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        statements = [
            *_arm_statements(pose, size, published),
            *_leg_statements(pose, size),
            *_whole_body_statements(pose, size),
        ]
    return np.stack(statements, axis=1)


def _arm_statements(pose: _Pose, size: BodySize, published: bool) -> list[np.ndarray]:
    left, right, arm = LEFT, RIGHT, size.arm
    wrists = (right["wrist"], left["wrist"])
    apart = pose.beyond(left["shoulder"], right["shoulder"], left["wrist"], right["wrist"])
    return [
        pose.speed_through(NECK, right["hip"], left["hip"], right["wrist"]) > 1.8 * arm,
        pose.speed_through(NECK, left["hip"], right["hip"], left["wrist"]) > 1.8 * arm,
        *(pose.beyond(CHEST, NECK, NECK, wrist) > 0.2 * arm for wrist in wrists),
        *(speed > 1.8 * arm for speed in _rising_wrists(pose, published)),
        *(_is_bent(pose.angle(s["elbow"], s["shoulder"], s["wrist"])) for s in (right, left)),
        apart > 2.5 * size.shoulders,
        *(speed > 1.4 * arm for speed in _parting_wrists(pose, published)),
        *(pose.speed(wrist) > 2.5 * arm for wrist in wrists),
    ]


def _rising_wrists(pose: _Pose, published: bool) -> list[np.ndarray]:
    """Speeds of statements 4 and 5: each wrist rises along the spine.

    Published code watches the chest, twice.
    """
    if published:
        return [pose.speed_along(BELLY, CHEST, CHEST, BELLY)] * 2
    return [pose.speed_along(BELLY, CHEST, side["wrist"], CHEST) for side in (RIGHT, LEFT)]


def _parting_wrists(pose: _Pose, published: bool) -> list[np.ndarray]:
    """Speeds of statements 9 to 11: the wrists approach each other, and each leaves the pelvis."""
    right, left = RIGHT["wrist"], LEFT["wrist"]
    if published:
        return [
            pose.speed_along(left, right, right, left),
            pose.speed_along(right, PELVIS, left, right),
            pose.speed_along(left, PELVIS, right, left),
        ]
    return [
        pose.speed_along(left, right, left, right),
        *(pose.speed_along(PELVIS, wrist, wrist, PELVIS) for wrist in (right, left)),
    ]


def _leg_statements(pose: _Pose, size: BodySize) -> list[np.ndarray]:
    left, right, arm = LEFT, RIGHT, size.arm
    apart = pose.beyond(left["hip"], right["hip"], left["ankle"], right["ankle"])
    return [
        pose.in_front(PELVIS, left["hip"], left["foot"], right["ankle"]) > 0.38 * arm,
        pose.in_front(PELVIS, right["hip"], right["foot"], left["ankle"]) > 0.38 * arm,
        *(pose.height[:, side["ankle"]] > 1.2 * arm for side in (right, left)),
        apart > 2.1 * size.hips,
        *(_is_bent(pose.angle(s["knee"], s["hip"], s["ankle"])) for s in (right, left)),
        *(pose.speed(side["ankle"]) > 2.5 * arm for side in (right, left)),
    ]


def _whole_body_statements(pose: _Pose, size: BodySize) -> list[np.ndarray]:
    left, right, arm = LEFT, RIGHT, size.arm
    arms = (pose.angle_to_spine(side["shoulder"], side["elbow"]) for side in (right, left))
    legs = (pose.angle_to_spine(side["hip"], side["knee"]) for side in (right, left))
    return [
        *(_between(angle, 25, 180) for angle in arms),
        *(_between(angle, 50, 180) for angle in legs),
        pose.in_front(right["ankle"], NECK, left["ankle"], PELVIS) > 0.5 * arm,
        _between(pose.spine_to_vertical(), 70, 110),
        *(pose.height[:, side["wrist"]] < 1.2 * arm for side in (right, left)),
        pose.speed(PELVIS) > 2.3 * arm,
    ]


def _is_bent(angle: np.ndarray) -> np.ndarray:
    return _between(angle, 0, 110)


def _between(values: np.ndarray, low: float, high: float) -> np.ndarray:
    return (values > low) & (values < high)


def _angle(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.degrees(np.arccos(np.clip(_dot(_unit(a), _unit(b)), -1, 1)))


def _unit(v: np.ndarray) -> np.ndarray:
    return v / np.linalg.norm(v, axis=-1, keepdims=True)


def _dot(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.einsum("...i,...i->...", a, b)
