"""Do joints bend as a human's can: degrees beyond the widest ranges of motion, joint by joint and
frame by frame.

The limits are those of joint measurement in medicine (American Academy of Orthopaedic Surgeons and
its like: hip flexion 120, shoulder extension 60, knee 135 degrees), widened to what supple dancers
reach, so that what lies beyond is beyond everybody. Right sides are judged as mirror images of left
ones. A rotation is a twist about the bone, then a swing of it.
"""

from dataclasses import dataclass

import numpy as np

from ..basics.errors import FootlightsError
from ..geometry.rotations import normalize, quat_conj, quat_mul, quat_rotate, rotvec_from_quat
from ..motion.motion import Motion
from ..motion.skeleton import SMPL24
from .metric_score import Score

# degrees of excess from which a frame counts as impossible: markers and fitted skeletons err by
# less
BEYOND = 10.0
_MIRROR = np.array([1.0, 1.0, -1.0, -1.0])


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
_BACK, _ACROSS, _UP = (0.0, 1.0, 0.0), (-1.0, 0.0, 0.0), (0.0, 0.0, 1.0)
LIMBS = {
    # Extension 60 to 65, adduction before the chest to 55 beyond straight forward; the hinge bends
    # forward at rest.
    "arm": Limb(
        "shoulder",
        "elbow",
        (1, 0, 0),
        ((_BACK, 25), (_ACROSS, 35)),
        (0, 0, -1),
        (-15, 160),
        20,
        (-120, 100),
        100,
        True,
    ),
    # Extension to 50, adduction to 50, flexion to 150.
    "leg": Limb(
        "hip",
        "knee",
        (0, 0, -1),
        ((_BACK, 40), (_ACROSS, 40), (_UP, 20)),
        (1, 0, 0),
        (-15, 165),
        20,
        (-65, 95),
        45,
        False,
    ),
}


def range_excess_of(rotations: np.ndarray) -> dict[str, np.ndarray]:
    """Degrees (T,) beyond human ranges of every judged joint by its name: "spine", "neck",
    "left_wrist", "right_arm", ...

    An arm is judged with its elbow and a leg with its knee: the worst of what the upper bone's
    direction and twist, and the hinge's bend, lean and twist exceed.

    Args:
        rotations: (T, 24, 4) local quaternions w x y z on the house skeleton, whose rest pose is a
            T.
    """
    quats = np.asarray(rotations, np.float64)
    found = {name: _ball(quats, BALLS[name].joints, BALLS[name]) for name in ("spine", "neck")}
    # The right side's mirror image after the left side's frames, so that every joint is judged
    # once.
    sides = np.concatenate([quats, quats[:, list(SMPL24.swapped)] * _MIRROR])
    both = {
        name: _ball(sides, (f"left_{ball.joints[0]}",), ball)
        for name, ball in BALLS.items()
        if name not in found
    }
    both |= {name: _limb(sides, "left", limb) for name, limb in LIMBS.items()}
    for side, half in (("left", slice(len(quats))), ("right", slice(len(quats), None))):
        found |= {f"{side}_{name}": excess[half] for name, excess in both.items()}
    return found


def joint_range_scores(motion: Motion) -> dict[str, Score]:
    """Scores "excess", degrees of the worst joint, mean over frames, and "violation_rate", share of frames
    worse than ``BEYOND``.

    Raises:
        FootlightsError: the motion is not on the house skeleton.
    """
    if motion.skeleton != SMPL24:
        raise FootlightsError(
            "the motion is on another skeleton", "joint ranges", "retarget it to SMPL24 first"
        )
    worst = np.max(list(range_excess_of(motion.rotations).values()), axis=0)
    return {
        "excess": Score.mean(worst, "deg", "the clip is empty"),
        "violation_rate": Score.mean(worst > BEYOND, "", "the clip is empty"),
    }


def swing_twist(quats: np.ndarray, axis: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Swings (T, 4) and twists (T,) degrees in (-180, 180] about ``axis`` (3,) of quaternions (T,
    4) = swing after twist.
    """
    along = quats[..., 1:] @ axis
    twist = normalize(np.concatenate([quats[..., :1], along[..., None] * axis], axis=-1))
    angle = np.degrees(2 * np.arctan2(along, quats[..., 0]))
    return quat_mul(quats, quat_conj(twist)), _wrapped(angle)


def _ball(quats: np.ndarray, joints: tuple[str, ...], ball: Ball) -> np.ndarray:
    whole = quats[:, SMPL24.index(joints[0])]
    for name in joints[1:]:
        whole = quat_mul(whole, quats[:, SMPL24.index(name)])
    axis = np.array([ball.axis == "x", 0, ball.axis == "z"], float)
    swing, twist = swing_twist(whole, axis)
    turn = quat_mul(quat_conj(swing), whole)
    # In the frame of what is moved: a hand bends about its own palm, however the forearm shares its
    # turning out.
    bent = np.degrees(quat_rotate(quat_conj(turn), rotvec_from_quat(swing)))[
        :, [k for k in range(3) if not axis[k]]
    ]
    return np.maximum(_outside(bent, np.array(ball.swing)), _over(twist, *ball.twist))


def _limb(quats: np.ndarray, side: str, limb: Limb) -> np.ndarray:
    upper, lower = (quats[:, SMPL24.index(f"{side}_{name}")] for name in (limb.free, limb.hinge))
    bone, axis = np.array(limb.bone, float), np.array(limb.axis, float)
    about = np.abs(bone)
    _, twist = swing_twist(upper, about)
    swing, wring = swing_twist(lower, about)
    bent = np.degrees(rotvec_from_quat(swing))
    size = np.linalg.norm(bent, axis=-1)
    turned = np.degrees(np.arctan2(bent @ np.cross(about, axis), bent @ axis))
    whole = _wrapped(twist + limb.loose * turned)
    # What no turn of the upper bone explains is left to the hinge, as a bend the wrong way.
    left = np.radians(whole - np.clip(whole, *limb.twist) + (not limb.loose) * turned)
    excess = [
        _over(size * np.cos(left), *limb.bend),
        _over(size * np.sin(left), -limb.aside, limb.aside),
    ]
    excess.append(_over(wring, -limb.wring, limb.wring))
    at = quat_rotate(upper, np.broadcast_to(bone, upper[..., 1:].shape))
    for way, least in limb.shut:
        excess.append(
            np.maximum(0, least - np.degrees(np.arccos(np.clip(at @ np.array(way), -1, 1))))
        )
    return np.max(excess, axis=0)


def _outside(bent: np.ndarray, limits: np.ndarray) -> np.ndarray:
    """Degrees that swings (T, 2) reach beyond the ellipse of least and most (2, 2), straight
    towards the middle.
    """
    radii = np.where(bent < 0, -limits[:, 0], limits[:, 1])
    size = np.linalg.norm(bent, axis=-1)
    share = np.linalg.norm(bent / radii, axis=-1)
    return np.maximum(0, size - size / np.maximum(share, 1e-9))


def _over(angle: np.ndarray, least: float, most: float) -> np.ndarray:
    return np.maximum(0, np.maximum(angle - most, least - angle))


def _wrapped(angle: np.ndarray) -> np.ndarray:
    return 180 - (180 - angle) % 360
