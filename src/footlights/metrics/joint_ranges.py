"""Do joints bend as a human's can: degrees beyond the widest ranges of motion, joint by joint.

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

# Degrees of excess from which a frame counts as impossible: markers and fitted skeletons err by
# less.
IMPOSSIBLE = 10.0
# A mirror image of a rotation w x y z keeps its turn about x and reverses the other two.
_MIRROR = np.array([1.0, 1.0, -1.0, -1.0])


def joint_range_scores(motion: Motion) -> dict[str, Score]:
    """Scores "excess" (degrees of the worst joint, mean over frames) and "violation_rate".

    The rate is the share of frames in which the excess is above ``IMPOSSIBLE``.

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
        "violation_rate": Score.mean(worst > IMPOSSIBLE, "", "the clip is empty"),
    }


def range_excess_of(rotations: np.ndarray) -> dict[str, np.ndarray]:
    """Degrees (T,) beyond human ranges of every judged joint: "spine", "left_wrist", "right_arm".

    An arm is judged with its elbow and a leg with its knee: the worst of what the upper bone's
    direction and twist, and the hinge's bends and twist exceed.

    Args:
        rotations: (T, 24, 4) local quaternions w x y z on the house skeleton, whose rest pose is a
            T.
    """
    quats = np.asarray(rotations, np.float64)
    excess = {
        name: _ball_excess(quats, BALLS[name].joints, BALLS[name]) for name in ("spine", "neck")
    }

    # The right side's mirror image after the left side's frames, so that every joint is judged
    # once.
    sides = np.concatenate([quats, quats[:, list(SMPL24.swapped)] * _MIRROR])
    both = {
        name: _ball_excess(sides, (f"left_{ball.joints[0]}",), ball)
        for name, ball in BALLS.items()
        if name not in excess
    }
    both |= {name: _limb_excess(sides, limb) for name, limb in LIMBS.items()}

    frames = len(quats)
    for side, half in (("left", slice(frames)), ("right", slice(frames, None))):
        excess |= {f"{side}_{name}": values[half] for name, values in both.items()}
    return excess


def _ball_excess(quats: np.ndarray, joints: tuple[str, ...], ball: Ball) -> np.ndarray:
    whole = quats[:, SMPL24.index(joints[0])]
    for name in joints[1:]:
        whole = quat_mul(whole, quats[:, SMPL24.index(name)])
    axis = np.array([ball.axis == "x", 0, ball.axis == "z"], float)
    swing, twist = swing_twist(whole, axis)

    # In the frame of what is moved: a hand bends about its own palm, however the forearm shares its
    # turning out.
    untwist = quat_mul(quat_conj(swing), whole)
    bend = np.degrees(quat_rotate(quat_conj(untwist), rotvec_from_quat(swing)))
    across = bend[:, [k for k in range(3) if not axis[k]]]
    return np.maximum(_outside_ellipse(across, np.array(ball.swing)), _outside(twist, *ball.twist))


def _limb_excess(quats: np.ndarray, limb: Limb) -> np.ndarray:
    """Of the left limb."""
    upper, lower = (quats[:, SMPL24.index(f"left_{name}")] for name in (limb.free, limb.hinge))
    bone, axis = np.array(limb.bone, float), np.array(limb.axis, float)
    about = np.abs(bone)
    _, twist = swing_twist(upper, about)
    swing, lower_twist = swing_twist(lower, about)

    bend = np.degrees(rotvec_from_quat(swing))
    size = np.linalg.norm(bend, axis=-1)
    turned = np.degrees(np.arctan2(bend @ np.cross(about, axis), bend @ axis))
    whole = _wrapped(twist + limb.loose * turned)
    # What no turn of the upper bone explains is left to the hinge, as a bend the wrong way.
    left = np.radians(whole - np.clip(whole, *limb.twist) + (not limb.loose) * turned)

    excess = [
        _outside(size * np.cos(left), *limb.bend),
        _outside(size * np.sin(left), -limb.aside, limb.aside),
        _outside(lower_twist, -limb.wring, limb.wring),
    ]
    direction = quat_rotate(upper, np.broadcast_to(bone, upper[..., 1:].shape))
    for shut, least in limb.shut:
        angle = np.degrees(np.arccos(np.clip(direction @ np.array(shut), -1, 1)))
        excess.append(np.maximum(0, least - angle))
    return np.max(excess, axis=0)


def swing_twist(quats: np.ndarray, axis: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Swings (T, 4) and twists (T,) of quaternions (T, 4) = swing after twist.

    Twists are degrees in (-180, 180] about ``axis`` (3,).
    """
    along = quats[..., 1:] @ axis
    twist = normalize(np.concatenate([quats[..., :1], along[..., None] * axis], axis=-1))
    angle = np.degrees(2 * np.arctan2(along, quats[..., 0]))
    return quat_mul(quats, quat_conj(twist)), _wrapped(angle)


def _outside_ellipse(bend: np.ndarray, limits: np.ndarray) -> np.ndarray:
    """Degrees that swings (T, 2) reach beyond the ellipse of least and most (2, 2).

    Measured straight towards the middle.
    """
    radii = np.where(bend < 0, -limits[:, 0], limits[:, 1])
    size = np.linalg.norm(bend, axis=-1)
    share = np.linalg.norm(bend / radii, axis=-1)
    return np.maximum(0, size - size / np.maximum(share, 1e-9))


def _outside(angle: np.ndarray, least: float, most: float) -> np.ndarray:
    return np.maximum(0, np.maximum(angle - most, least - angle))


def _wrapped(angle: np.ndarray) -> np.ndarray:
    return 180 - (180 - angle) % 360
