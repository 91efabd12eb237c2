"""How far the joints of a supple dancer turn: in swings and twists, and as limits of three hinges.

The limits are those of joint measurement in medicine (American Academy of Orthopaedic Surgeons and
its like: hip flexion 120, shoulder extension 60, knee 135 degrees), widened to what supple dancers
reach, so that what lies beyond is beyond everybody. They are the left side's; the right side is its
mirror image.
"""

from dataclasses import dataclass

import numpy as np

from .anatomy import without_side

_SHARE = 1.5  # times an equal share of a chain's range that one joint of it may take


@dataclass(frozen=True)
class Ball:
    """A joint, or several in a row taken as one, that swings within an ellipse and twists between
    two limits.

    Attributes:
        joints: names from the trunk outwards, "left_" left out where there are two.
        axis: of the bone at rest, "x" or "z", about which it twists.
        swing: least and most degrees about each of the other two axes, in the order x, y, z.
        twist: least and most degrees about ``axis``.
    """

    joints: tuple[str, ...]
    axis: str
    swing: tuple[tuple[float, float], tuple[float, float]]
    twist: tuple[float, float]


@dataclass(frozen=True)
class Limb:
    """A free joint and the hinge below it, judged together: rigs turn an arm about itself in the
    shoulder or in the elbow.

    Attributes:
        free, hinge: names without "left_".
        bone: direction of both bones at rest; the left limb's.
        shut: directions in the parent's frame and the least degrees that the upper bone must keep
            from each.
        axis: about which the hinge bends, turned with the upper bone.
        bend: least and most degrees of the hinge; ``aside``: most degrees of any other bend, both
            ways.
        twist: least and most degrees of the upper bone about itself.
        wring: most degrees of the lower bone about itself, both ways.
        loose: whether the hinge's axis may be turned about the upper bone, and counts as that
            bone's twist then.
    """

    free: str
    hinge: str
    bone: tuple[float, float, float]
    shut: tuple[tuple[tuple[float, float, float], float], ...]
    axis: tuple[float, float, float]
    bend: tuple[float, float]
    aside: float
    twist: tuple[float, float]
    wring: float
    loose: bool


# x: forward positive for trunk and head, toes down positive for feet. z: the left hand side to the
# front is negative.
BALLS = {
    "spine": Ball(("spine1", "spine2", "spine3"), "z", ((-60, 100), (-55, 55)), (-65, 65)),
    "neck": Ball(("neck", "head"), "z", ((-85, 75), (-60, 60)), (-95, 95)),
    "collar": Ball(("collar",), "x", ((-50, 30), (-40, 40)), (-50, 50)),
    "wrist": Ball(("wrist",), "x", ((-95, 95), (-50, 50)), (-90, 90)),
    "ankle": Ball(("ankle",), "z", ((-55, 85), (-45, 45)), (-50, 50)),
    "toes": Ball(("foot",), "z", ((-95, 60), (-20, 20)), (-20, 20)),
}
# Fingers as one: not measured anywhere, and nothing that a dance is judged by.
_FINGERS = Ball(("hand",), "x", ((-20, 20), (-20, 20)), (-20, 20))

_BACK, _ACROSS, _UP = (0.0, 1.0, 0.0), (-1.0, 0.0, 0.0), (0.0, 0.0, 1.0)
LIMBS = {
    # Extension 60 to 65, adduction before the chest to 55 beyond straight forward; the hinge bends
    # forward at rest.
    "arm": Limb(
        free="shoulder",
        hinge="elbow",
        bone=(1, 0, 0),
        shut=((_BACK, 25), (_ACROSS, 35)),
        axis=(0, 0, -1),
        bend=(-15, 160),
        aside=20,
        twist=(-120, 100),
        wring=100,
        loose=True,
    ),
    # Extension to 50, adduction to 50, flexion to 150.
    "leg": Limb(
        free="hip",
        hinge="knee",
        bone=(0, 0, -1),
        shut=((_BACK, 40), (_ACROSS, 40), (_UP, 20)),
        axis=(1, 0, 0),
        bend=(-15, 165),
        aside=20,
        twist=(-65, 95),
        wring=45,
        loose=False,
    ),
}


def hinge_limits(joint: str) -> np.ndarray:
    """(3, 2) least and most degrees of ``joint`` about x, y and z of the rest pose, one at a time.

    Of a joint of the left side or of the trunk, "left_" or not. Joints of a chain share its range:
    any one may take half as much again as its equal share.

    Raises:
        KeyError: no joint is called so.
    """
    name = without_side(joint)
    for limb in LIMBS.values():
        if name == limb.free:
            return _free_limits(limb)
        if name == limb.hinge:
            return _bend_limits(limb)
    for ball in (*BALLS.values(), _FINGERS):
        if name in ball.joints:
            return min(1.0, _SHARE / len(ball.joints)) * _ball_limits(ball)
    raise KeyError(joint)


def _ball_limits(ball: Ball) -> np.ndarray:
    swings = list(ball.swing)
    return np.array([ball.twist if axis == ball.axis else swings.pop(0) for axis in "xyz"], float)


def _bend_limits(limb: Limb) -> np.ndarray:
    limits = np.tile([-limb.aside, limb.aside], (3, 1)).astype(float)
    limits[np.flatnonzero(limb.bone)[0]] = -limb.wring, limb.wring

    bend = np.flatnonzero(limb.axis)[0]
    limits[bend] = sorted(limb.axis[bend] * np.array(limb.bend))
    return limits


def _free_limits(limb: Limb) -> np.ndarray:
    """A swing about one axis leads the bone round; it ends where it comes to what is shut."""
    limits = np.tile([-180.0, 180.0], (3, 1))
    bone = np.array(limb.bone, float)
    for k, axis in enumerate(np.eye(3)):
        if bone @ axis:
            limits[k] = limb.twist
            continue

        for direction, least in limb.shut:
            angle = np.degrees(np.arctan2(np.cross(bone, direction) @ axis, bone @ direction))
            if np.array(direction) @ axis:  # never on the way of this swing
                continue
            # What lies straight behind is reached both ways.
            if angle > 0:
                limits[k, 1] = min(limits[k, 1], angle - least)
            if angle < 0 or angle > 180 - 1e-6:
                before = angle - 360 * (angle > 0)
                limits[k, 0] = max(limits[k, 0], before + least)
    return limits
