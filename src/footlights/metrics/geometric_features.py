"""Geometric features: the share of time in which each of 32 statements about the body holds, such
as "the right knee is bent".

After Müller, Röder and Clausen (2005), "Efficient content-based retrieval of motion capture data",
in the list that fairmotion and the AIST++ tools made of it, on which published FID_g and DIV_g
stand. Joints are those of SMPL.
"""

from dataclasses import dataclass

import numpy as np

from ..motion.skeleton import SMPL_NAMES
from .array_checks import joint_places
from .metric_score import stride

_JOINT = SMPL_NAMES.index
ROOT, NECK, BELLY, CHEST = (_JOINT(name) for name in ("pelvis", "neck", "spine1", "spine3"))
LEFT, RIGHT = (
    {
        part: _JOINT(f"{side}_{part}")
        for part in ("hip", "knee", "ankle", "foot", "shoulder", "elbow", "wrist")
    }
    for side in ("left", "right")
)


@dataclass(frozen=True)
class Size:
    """Lengths in metres that the statements are measured with: upper arm, from shoulder to
    shoulder, from hip to hip.
    """

    arm: float
    shoulders: float
    hips: float


TEMPLATE = Size(0.2568381, 0.3908484, 0.1192471)  # published, one body for all
OLD_TEMPLATE = Size(0.2493235, 0.4857135, 0.4241398)  # the first release named wrong points of it


def geometric_frames(positions: np.ndarray, fps: float, up: int = 2) -> np.ndarray:
    """(T - stride, 32) whether each statement holds, measured with the dancer's own lengths and
    over a thirtieth of a second.

    Args:
        positions: (T, 24, 3) metres, joints of SMPL.
        up: index of the vertical axis.
    """
    place, step = joint_places(positions, 24), stride(fps)
    if len(place) <= step:
        return np.zeros((0, 32), bool)
    return _statements(
        _Pose(place[step:], place[:-step], fps / step, up), size_of(place), published=False
    )


def geometric_features(positions: np.ndarray, fps: float, up: int = 2) -> np.ndarray:
    """(32,) shares of time in which each statement holds; NaN when the clip is shorter than a
    thirtieth of a second.
    """
    frames = geometric_frames(positions, fps, up)
    return frames.mean(axis=0) if len(frames) else np.full(32, np.nan)


def geometric_features_bailando(positions: np.ndarray, size: Size = TEMPLATE) -> np.ndarray:
    """(32,) as published code computes them: y up, a template's lengths for every dancer, and 120
    frames a second assumed.

    Statements 4 and 5 lose their wrists and are one; 9 to 11 look at other joints than their names
    say. ``OLD_TEMPLATE`` gives the numbers of the first release. One frame gives NaN.
    """
    place = joint_places(positions, 24)
    if len(place) < 2:
        return np.full(32, np.nan)
    return _statements(_Pose(place[1:], place[:-1], 120.0, 1), size, published=True).mean(axis=0)


def size_of(positions: np.ndarray) -> Size:
    """The dancer's own lengths, medians over the clip of positions (T, 24, 3)."""

    def length(a: int, b: int) -> float:
        return float(np.median(np.linalg.norm(positions[:, a] - positions[:, b], axis=-1)))

    arm = 0.5 * (
        length(LEFT["shoulder"], LEFT["elbow"]) + length(RIGHT["shoulder"], RIGHT["elbow"])
    )
    return Size(arm, length(LEFT["shoulder"], RIGHT["shoulder"]), length(LEFT["hip"], RIGHT["hip"]))


class _Pose:
    """Places now and before, and the questions asked of them; every answer is one number per
    frame.
    """

    def __init__(self, now: np.ndarray, before: np.ndarray, rate: float, up: int) -> None:
        self.now, self.velocity = now, (now - before) * rate
        self.upward = np.eye(3)[up]
        self.height = now[..., up] - now[..., up].min(axis=1, keepdims=True)

    def fast(self, joint: int) -> np.ndarray:
        return np.linalg.norm(self.velocity[:, joint], axis=-1)

    def along(self, start: int, end: int, of: int, seen_from: int) -> np.ndarray:
        """Speed of joint ``of`` against ``seen_from`` in the direction from ``start`` to ``end``."""
        way = _unit(self.now[:, end] - self.now[:, start])
        return _dot(self.velocity[:, of] - self.velocity[:, seen_from], way)

    def across(self, a: int, b: int, c: int, of: int) -> np.ndarray:
        """Speed of joint ``of`` against ``a`` through the plane of three joints."""
        return _dot(self.velocity[:, of] - self.velocity[:, a], self._normal(a, b, c))

    def beyond(self, a: int, b: int, c: int, of: int) -> np.ndarray:
        """Distance of joint ``of`` in front of the plane of three joints."""
        return _dot(self.now[:, of] - self.now[:, a], self._normal(a, b, c))

    def past(self, start: int, end: int, point: int, of: int) -> np.ndarray:
        """Distance of joint ``of`` past ``point`` in the direction from ``start`` to ``end``."""
        return _dot(
            self.now[:, of] - self.now[:, point], _unit(self.now[:, end] - self.now[:, start])
        )

    def bend(self, middle: int, one: int, other: int) -> np.ndarray:
        return _angle(
            self.now[:, one] - self.now[:, middle], self.now[:, other] - self.now[:, middle]
        )

    def spread(self, a: int, b: int) -> np.ndarray:
        """Angle in degrees between the spine, neck to pelvis, and the limb from ``a`` to ``b``."""
        return _angle(self.now[:, ROOT] - self.now[:, NECK], self.now[:, b] - self.now[:, a])

    def lean(self) -> np.ndarray:
        return _angle(self.now[:, ROOT] - self.now[:, NECK], self.upward)

    def _normal(self, a: int, b: int, c: int) -> np.ndarray:
        return _unit(np.cross(self.now[:, c] - self.now[:, a], self.now[:, b] - self.now[:, a]))


def _statements(pose: _Pose, size: Size, published: bool) -> np.ndarray:
    """(N, 32) the statements in their published order; a direction of no length makes its
    statement false.
    """
    le, ri, arm = LEFT, RIGHT, size.arm
    wrists = (ri["wrist"], le["wrist"])
    with np.errstate(invalid="ignore", divide="ignore"):
        arms = [
            pose.across(NECK, ri["hip"], le["hip"], ri["wrist"]) > 1.8 * arm,
            pose.across(NECK, le["hip"], ri["hip"], le["wrist"]) > 1.8 * arm,
            *(pose.past(CHEST, NECK, NECK, wrist) > 0.2 * arm for wrist in wrists),
            *(speed > 1.8 * arm for speed in _raising(pose, published)),
            *(_within(pose.bend(s["elbow"], s["shoulder"], s["wrist"]), 0, 110) for s in (ri, le)),
            pose.past(le["shoulder"], ri["shoulder"], le["wrist"], ri["wrist"])
            > 2.5 * size.shoulders,
            *(speed > 1.4 * arm for speed in _leaving(pose, published)),
            *(pose.fast(wrist) > 2.5 * arm for wrist in wrists),
        ]
        legs = [
            pose.beyond(ROOT, le["hip"], le["foot"], ri["ankle"]) > 0.38 * arm,
            pose.beyond(ROOT, ri["hip"], ri["foot"], le["ankle"]) > 0.38 * arm,
            *(pose.height[:, s["ankle"]] > 1.2 * arm for s in (ri, le)),
            pose.past(le["hip"], ri["hip"], le["ankle"], ri["ankle"]) > 2.1 * size.hips,
            *(_within(pose.bend(s["knee"], s["hip"], s["ankle"]), 0, 110) for s in (ri, le)),
            *(pose.fast(s["ankle"]) > 2.5 * arm for s in (ri, le)),
        ]
        whole = [
            *(_within(pose.spread(s["shoulder"], s["elbow"]), 25, 180) for s in (ri, le)),
            *(_within(pose.spread(s["hip"], s["knee"]), 50, 180) for s in (ri, le)),
            pose.beyond(ri["ankle"], NECK, le["ankle"], ROOT) > 0.5 * arm,
            _within(pose.lean(), 70, 110),
            *(pose.height[:, wrist] < 1.2 * arm for wrist in wrists),
            pose.fast(ROOT) > 2.3 * arm,
        ]
    return np.stack([*arms, *legs, *whole], axis=1)


def _raising(pose: _Pose, published: bool) -> list[np.ndarray]:
    """Speeds of statements 4 and 5: each wrist rises along the spine; published code watches the
    chest, twice.
    """
    if published:
        return [pose.along(BELLY, CHEST, CHEST, BELLY)] * 2
    return [pose.along(BELLY, CHEST, s["wrist"], CHEST) for s in (RIGHT, LEFT)]


def _leaving(pose: _Pose, published: bool) -> list[np.ndarray]:
    """Speeds of statements 9 to 11: the wrists approach each other, and each leaves the pelvis."""
    right, left = RIGHT["wrist"], LEFT["wrist"]
    if published:
        return [
            pose.along(left, right, right, left),
            pose.along(right, ROOT, left, right),
            pose.along(left, ROOT, right, left),
        ]
    return [
        pose.along(left, right, left, right),
        *(pose.along(ROOT, wrist, wrist, ROOT) for wrist in (right, left)),
    ]


def _unit(v: np.ndarray) -> np.ndarray:
    return v / np.linalg.norm(v, axis=-1, keepdims=True)


def _dot(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.einsum("...i,...i->...", a, b)


def _angle(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.degrees(np.arccos(np.clip(_dot(_unit(a), _unit(b)), -1, 1)))


def _within(values: np.ndarray, low: float, high: float) -> np.ndarray:
    return (values > low) & (values < high)
