"""PhyMotion's composition: kinematic ("v1"), contact and dynamic ("v3") axes and their mean, as
its code computes them.
"""

import numpy as np

from ...basics.errors import FootlightsError
from ...motion.anatomy import GRAVITY
from ...motion.motion import Motion
from ..humanoid import Humanoid
from .hinged import Hinged
from .support_polygon import to_hull

_NEAR, _STILL = 0.02, 0.05  # metres and m/s of a foot's joint that count as contact
_LIMBS = ((16, 18), (18, 20), (1, 4), (4, 7))
_LEAST = 2  # frames; published code gives 0 below, and for every exception


def phymotion_score(motion: Motion) -> float:
    """The published score of a motion on the house skeleton: mean of its kinematic, contact and
    dynamic axes.

    On our humanoid with three hinges a joint. NaN below two frames, where published code gives 0.
    The mesh's self-collision, which needs a CUDA extension, counts as none.

    Raises:
        FootlightsError: the motion is on another skeleton.
    """
    hinged = Hinged(Humanoid.of())
    return phymotion_terms(
        hinged, hinged.qpos(motion), motion.fps, motion.positions.astype(np.float64)
    )["phy"]


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
        if not np.isfinite(values).all():
            frame = int(np.argmin(np.isfinite(values).reshape(len(values), -1).all(axis=1)))
            raise FootlightsError(f"frame {frame} is not finite", name, "give finite numbers")
    if len(qpos) < _LEAST:
        return {"phy": float("nan")}
    terms = kinematic(joints, fps) | trajectory(hinged, qpos, fps)[0]
    return terms | {"phy": (terms["kin"] + terms["con"] + terms["dyn"]) / 3}


def kinematic(joints: np.ndarray, fps: float) -> dict[str, float]:
    """The kinematic axis of joints (T, J, 3): "kin" and what it is made of; T at least 3."""
    rate = np.gradient(joints, 1 / fps, axis=0)
    change = np.linalg.norm(np.gradient(rate, 1 / fps, axis=0), axis=-1).max(axis=1)
    bent = np.diff(joints, n=2, axis=0) * fps**2
    jit_g = float(np.linalg.norm(bent, axis=-1).mean()) if len(bent) else 0.0
    jit_l = float(np.linalg.norm(bent - bent[:, :1], axis=-1).mean()) if len(bent) else 0.0
    lengths = np.stack([np.linalg.norm(joints[:, a] - joints[:, b], axis=-1) for a, b in _LIMBS])
    limb = float(np.minimum(10 * lengths.std(axis=1) / (lengths.mean(axis=1) + 1e-6), 1).mean())
    fast = float((np.linalg.norm(rate, axis=-1).max(axis=1) > 5).mean())
    shaken = min(1.0, max(0.0, (jit_g + jit_l - 4.5) / 90))
    return {
        "kin": 1 - (limb + fast + shaken) / 4,
        "vel_viol": fast,
        "acc_viol": float((change > 40).mean()),
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
    qvel, qacc = _derived(qpos, fps)
    force, centre, places = hinged.forces(qpos, qvel, qacc)
    feet = places[:, hinged.feet]
    offset = feet[..., 2].min()
    feet = feet - [0, 0, offset]
    stepped = np.diff(feet, axis=0)
    speed = np.zeros(feet.shape[:2])
    speed[1:] = np.sqrt((stepped**2).sum(-1)) * fps
    contact = (feet[..., 2] < _NEAR) & (speed < _STILL)
    away = to_hull(
        np.ascontiguousarray(centre[:, :2]), np.ascontiguousarray(feet[..., :2]), contact
    )
    terms = _contact(qpos, feet, speed, contact, away, fps)
    terms |= _dynamic(hinged, qvel, force, terms["v_bal"], fps)
    frames = {
        "qvel": qvel, "qacc": qacc, "qfrc_inv": force, "com_world": centre - [0, 0, offset], "foot_pos": feet,
        "foot_vel": speed, "in_contact": contact, "d_to_support": away, "z_offset": np.array(offset),
    }  # fmt: skip
    return terms, frames


def _derived(qpos: np.ndarray, fps: float) -> tuple[np.ndarray, np.ndarray]:
    """Backward velocities that begin at 0, and central differences of them with the ends copied;
    the root never turns.
    """
    qvel = np.zeros((len(qpos), qpos.shape[1] - 1))
    step = np.diff(qpos, axis=0) * fps
    qvel[1:, :3], qvel[1:, 6:] = step[:, :3], step[:, 7:]
    qacc = np.zeros_like(qvel)
    if len(qpos) > _LEAST:
        qacc[1:-1] = (qvel[2:] - qvel[:-2]) * (fps / 2)
        qacc[0], qacc[-1] = qacc[1], qacc[-2]
    return qvel, qacc


def _contact(
    qpos: np.ndarray,
    feet: np.ndarray,
    speed: np.ndarray,
    contact: np.ndarray,
    away: np.ndarray,
    fps: float,
) -> dict[str, float]:
    count = 2 * len(feet)
    slip = min(1.0, float((speed * contact).sum() / fps) / count / 0.05)
    below = min(1.0, float(np.maximum(0, -feet[..., 2]).sum()) / count / 0.05)
    root = np.zeros(len(qpos))
    root[1:] = np.sqrt((np.diff(qpos[:, :3], axis=0) ** 2).sum(-1)) * fps
    apart = np.zeros((len(qpos), 4, 3))
    apart[1:] = (np.diff(feet, axis=0) - np.diff(qpos[:, None, :3], axis=0)) * fps
    ratio = np.sqrt((apart**2).sum(-1)) / (root[:, None] + 1e-6)
    floats = float(((ratio < 0.6) | (ratio > 1.75)).mean())
    balance = float(np.clip(away, 0, 0.5).mean() / 0.5)
    return {
        "con": min(1.0, max(0.0, 1 - (slip + below + floats + balance) / 4)),
        "v_slip": slip,
        "v_pen": below,
        "v_float": floats,
        "v_bal": balance,
        "in_contact_any_frac": float(contact.any(axis=1).mean()),
    }


def _dynamic(
    hinged: Hinged, qvel: np.ndarray, force: np.ndarray, balance: float, fps: float
) -> dict[str, float]:
    weight = hinged.humanoid.mass * GRAVITY
    up, side = (
        float((force[:, 2] > 3 * weight).mean()),
        float((np.hypot(force[:, 0], force[:, 1]) > 0.5 * weight).mean()),
    )
    torque = np.abs(force[:, 6:])
    work = float((torque * np.abs(qvel[:, 6:])).sum() / fps)
    scores = {
        "s_tau": 1 - float((torque > hinged.limits).mean()),
        "s_grf": 1 - (up + side) / 2,
        "s_met": max(0.0, 1 - work / 10_000),
        "s_bal": 1 - balance,
    }
    return scores | {
        "dyn": sum(scores.values()) / 4,
        "v_grf_vert": up,
        "v_grf_horiz": side,
        "MET": work,
    }
