"""PhyMotion's composition as its code computes it: kinematic ("v1"), contact and dynamic ("v3")
axes, and their mean.
"""

from typing import NamedTuple

import numpy as np

from ...basics.errors import FootlightsError
from ...motion.motion import Motion
from ...motion.world import GRAVITY
from ..humanoid import Humanoid
from .hinged import Hinged
from .support_polygon import distance_to_hull

_LEAST_FRAMES = 2  # published code gives 0 below, and for every exception
_FLOOR_HEIGHT, _STILL_SPEED = 0.02, 0.05  # metres and m/s of a foot's joint that count as contact
_LIMBS = ((16, 18), (18, 20), (1, 4), (4, 7))  # SMPL's joints at the ends of arms and legs
_FAST, _HARD = 5, 40  # m/s and m/s2 of a joint that are violations
_JITTER_FREE, _JITTER_WORST = 4.5, 90  # m/s2
_WORST_SLIP = _WORST_DEPTH = 0.05  # metres a frame and metres, mean, at which a term is 1
_FLOAT_RATIOS = (
    0.6,
    1.75,
)  # of a foot's speed against the root to the root's, beyond which it floats
_WORST_BALANCE = 0.5  # metres from the support
_WORST_LOAD, _WORST_SIDE_LOAD = 3, 0.5  # body weights
_WORST_WORK = 10_000  # J


class _Feet(NamedTuple):
    """Of four joints of the feet: positions (T, 4, 3) above the clip's lowest, speeds (T, 4) m/s,
    and whether they are in contact (T, 4).
    """

    positions: np.ndarray
    speeds: np.ndarray
    in_contact: np.ndarray


def phymotion_score(motion: Motion) -> float:
    """The published score of a motion on the house skeleton: mean of its kinematic, contact and
    dynamic axes.

    On our humanoid with three hinges a joint. NaN below two frames, where published code gives 0.
    The mesh's self-collision, which needs a CUDA extension, counts as none.

    Raises:
        FootlightsError: the motion is on another skeleton.
    """
    hinged = Hinged(Humanoid.of())
    joints = motion.positions.astype(np.float64)
    return phymotion_terms(hinged, hinged.qpos(motion), motion.fps, joints)["phy"]


def phymotion_terms(
    hinged: Hinged, qpos: np.ndarray, fps: float, joints: np.ndarray
) -> dict[str, float]:
    """All terms of the score by their published names ("kin", "con", "dyn", "v_slip", "s_tau", ...,
    "phy").

    Args:
        qpos: (T, 7 + 3 (J - 1)) as `Hinged` orders it.
        joints: (T, 24, 3) metres, z up, in SMPL's order, for the kinematic axis.

    Raises:
        FootlightsError: a number is not finite.
    """
    for name, values in (("qpos", qpos), ("joints", joints)):
        finite = np.isfinite(values).reshape(len(values), -1).all(axis=1)
        if not finite.all():
            what = f"frame {int(np.argmin(finite))} is not finite"
            raise FootlightsError(what, name, "give finite numbers")
    if len(qpos) < _LEAST_FRAMES:
        return {"phy": float("nan")}
    terms = kinematic(joints, fps) | trajectory(hinged, qpos, fps)[0]
    return terms | {"phy": (terms["kin"] + terms["con"] + terms["dyn"]) / 3}


def kinematic(joints: np.ndarray, fps: float) -> dict[str, float]:
    """The kinematic axis of joints (T, J, 3): "kin" and what it is made of; T at least 3."""
    velocity = np.gradient(joints, 1 / fps, axis=0)
    acceleration = np.gradient(velocity, 1 / fps, axis=0)
    hardest = np.linalg.norm(acceleration, axis=-1).max(axis=1)
    fast = float((np.linalg.norm(velocity, axis=-1).max(axis=1) > _FAST).mean())

    second = np.diff(joints, n=2, axis=0) * fps**2
    jit_g = float(np.linalg.norm(second, axis=-1).mean()) if len(second) else 0.0
    against_root = second - second[:, :1]
    jit_l = float(np.linalg.norm(against_root, axis=-1).mean()) if len(second) else 0.0
    shaken = min(1.0, max(0.0, (jit_g + jit_l - _JITTER_FREE) / _JITTER_WORST))

    lengths = np.stack([np.linalg.norm(joints[:, a] - joints[:, b], axis=-1) for a, b in _LIMBS])
    stretch = 10 * lengths.std(axis=1) / (lengths.mean(axis=1) + 1e-6)
    limb = float(np.minimum(stretch, 1).mean())
    return {
        "kin": 1 - (limb + fast + shaken) / 4,
        "vel_viol": fast,
        "acc_viol": float((hardest > _HARD).mean()),
        "jit": jit_g + jit_l,
        "jit_g": jit_g,
        "jit_l": jit_l,
        "limb": limb,
    }


def trajectory(
    hinged: Hinged, qpos: np.ndarray, fps: float
) -> tuple[dict[str, float], dict[str, np.ndarray]]:
    """The contact and dynamic axes of a trajectory, and per frame what they are made of, under the
    published names.
    """
    qpos = np.asarray(qpos, np.float64)
    qvel, qacc = trajectory_rates(qpos, fps)
    forces, centre, positions = hinged.generalised_forces(qpos, qvel, qacc)

    feet, offset = _feet(positions[:, hinged.foot_joints], fps)
    corners = np.ascontiguousarray(feet.positions[..., :2])
    outside = distance_to_hull(np.ascontiguousarray(centre[:, :2]), corners, feet.in_contact)

    terms = _contact(qpos, feet, outside, fps)
    terms |= _dynamic(hinged, qvel, forces, terms["v_bal"], fps)
    frames = {
        "qvel": qvel,
        "qacc": qacc,
        "qfrc_inv": forces,
        "com_world": centre - [0, 0, offset],
        "foot_pos": feet.positions,
        "foot_vel": feet.speeds,
        "in_contact": feet.in_contact,
        "d_to_support": outside,
        "z_offset": np.array(offset),
    }
    return terms, frames


def trajectory_rates(qpos: np.ndarray, fps: float) -> tuple[np.ndarray, np.ndarray]:
    """Backward velocities that begin at 0, and central differences of them with the ends copied;
    the root never turns.
    """
    qvel = np.zeros((len(qpos), qpos.shape[1] - 1))
    step = np.diff(qpos, axis=0) * fps
    qvel[1:, :3], qvel[1:, 6:] = step[:, :3], step[:, 7:]

    qacc = np.zeros_like(qvel)
    if len(qpos) > _LEAST_FRAMES:
        qacc[1:-1] = (qvel[2:] - qvel[:-2]) * (fps / 2)
        qacc[0], qacc[-1] = qacc[1], qacc[-2]
    return qvel, qacc


def _feet(positions: np.ndarray, fps: float) -> tuple[_Feet, float]:
    """The feet above the lowest of their joints in the whole clip, and its height."""
    offset = positions[..., 2].min()
    positions = positions - [0, 0, offset]
    speeds = np.zeros(positions.shape[:2])
    speeds[1:] = np.sqrt((np.diff(positions, axis=0) ** 2).sum(-1)) * fps
    in_contact = (positions[..., 2] < _FLOOR_HEIGHT) & (speeds < _STILL_SPEED)
    return _Feet(positions, speeds, in_contact), offset


def _contact(qpos: np.ndarray, feet: _Feet, outside: np.ndarray, fps: float) -> dict[str, float]:
    count = 2 * len(qpos)
    slid = float((feet.speeds * feet.in_contact).sum() / fps)
    slip = min(1.0, slid / count / _WORST_SLIP)
    depth = float(np.maximum(0, -feet.positions[..., 2]).sum())
    below = min(1.0, depth / count / _WORST_DEPTH)

    root_speed = np.zeros(len(qpos))
    root_speed[1:] = np.sqrt((np.diff(qpos[:, :3], axis=0) ** 2).sum(-1)) * fps
    relative = np.zeros((len(qpos), 4, 3))
    relative[1:] = (np.diff(feet.positions, axis=0) - np.diff(qpos[:, None, :3], axis=0)) * fps
    ratio = np.sqrt((relative**2).sum(-1)) / (root_speed[:, None] + 1e-6)
    floats = float(((ratio < _FLOAT_RATIOS[0]) | (ratio > _FLOAT_RATIOS[1])).mean())

    balance = float(np.clip(outside, 0, _WORST_BALANCE).mean() / _WORST_BALANCE)
    return {
        "con": min(1.0, max(0.0, 1 - (slip + below + floats + balance) / 4)),
        "v_slip": slip,
        "v_pen": below,
        "v_float": floats,
        "v_bal": balance,
        "in_contact_any_frac": float(feet.in_contact.any(axis=1).mean()),
    }


def _dynamic(
    hinged: Hinged, qvel: np.ndarray, forces: np.ndarray, balance: float, fps: float
) -> dict[str, float]:
    weight = hinged.humanoid.mass * GRAVITY
    up = float((forces[:, 2] > _WORST_LOAD * weight).mean())
    side = float((np.hypot(forces[:, 0], forces[:, 1]) > _WORST_SIDE_LOAD * weight).mean())

    torque = np.abs(forces[:, 6:])
    work = float((torque * np.abs(qvel[:, 6:])).sum() / fps)
    scores = {
        "s_tau": 1 - float((torque > hinged.torque_limits).mean()),
        "s_grf": 1 - (up + side) / 2,
        "s_met": max(0.0, 1 - work / _WORST_WORK),
        "s_bal": 1 - balance,
    }
    dyn = sum(scores.values()) / 4
    return scores | {"dyn": dyn, "v_grf_vert": up, "v_grf_horiz": side, "MET": work}
