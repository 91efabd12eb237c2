"""Do joints bend as a human's can: degrees beyond the widest ranges of motion, joint by joint and
frame by frame.

`motion.joint_limits` has the ranges and where they come from. Right sides are judged as mirror
images of left ones. A rotation is a twist about the bone, then a swing of it.
"""

import numpy as np

from ..basics.errors import FootlightsError
from ..geometry.rotations import normalize, quat_conj, quat_mul, quat_rotate, rotvec_from_quat
from ..motion.joint_limits import BALLS, LIMBS, Ball, Limb
from ..motion.motion import Motion
from ..motion.skeleton import SMPL24
from .metric_score import Score

# degrees of excess from which a frame counts as impossible: markers and fitted skeletons err by
# less
BEYOND = 10.0
_MIRROR = np.array([1.0, 1.0, -1.0, -1.0])


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
