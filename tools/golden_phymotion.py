"""What tools/check_golden.py compares of PhyMotion: phymotion_probes, _invdyn, _smpl_to_qpos, _v1,
with _humanoid.json.
"""

import functools
import json
from pathlib import Path
from typing import Any

import numpy as np

from footlights.geometry.rotations import matrix_from_quat
from footlights.physics.kinematics import world_pose
from footlights.physics.published import Hinged, phymotion_terms
from footlights.physics.published.phymotion_humanoid import NAMES, humanoid_of
from footlights.physics.published.phymotion_score import kinematic, trajectory
from footlights.physics.published.smpl_qpos import qpos_of_smpl
from footlights.physics.published.support_polygon import distance_to_hull

_RELATIVE = {"MET", "jit", "jit_g", "jit_l"}
_FRAMES = {"qvel": 1e-6, "qacc": 1e-6, "qfrc_inv": 1e-9}  # relative; others absolute 1e-9


@functools.cache
def body(folder: Path) -> Hinged:
    """The published humanoid of the table in ``folder``."""
    return Hinged(
        humanoid_of(json.loads((folder / "phymotion_humanoid.json").read_text(encoding="utf-8")))
    )


def probes(g: dict[str, np.ndarray], ledger: Any, folder: Path) -> None:
    hinged, keys = body(folder), g["score_keys"].tolist()
    for name, fps, scores in zip(g["names"], g["fps"], g["scores"], strict=True):
        qpos = g[f"{name}/qpos"]
        terms = trajectory(hinged, qpos, float(fps))[0]
        if f"{name}/joints24" in g:
            terms |= phymotion_terms(hinged, qpos, float(fps), g[f"{name}/joints24"])
        for key, value in terms.items():
            tolerance = {"rtol": 1e-9 * (key in _RELATIVE), "atol": 1e-9}
            ledger.add(f"PhyMotion, {key}", value, scores[keys.index(key)], **tolerance)
        _frames(g, ledger, str(name), trajectory(hinged, qpos, float(fps))[1])


def _frames(g: dict[str, np.ndarray], ledger: Any, name: str, found: dict[str, np.ndarray]) -> None:
    for key, values in found.items():
        if f"{name}/{key}" in g:
            size = float(np.abs(g[f"{name}/{key}"]).max(initial=0))
            allowed = (
                {"atol": 1e-9}
                if key not in _FRAMES
                else {"rtol": _FRAMES[key], "atol": _FRAMES[key] * size}
            )
            ledger.add(f"PhyMotion, frames of {key}", values, g[f"{name}/{key}"], **allowed)


def forces(g: dict[str, np.ndarray], ledger: Any, folder: Path) -> None:
    hinged = body(folder)
    force, centre, _ = hinged.generalised_forces(g["qpos"], g["qvel"], g["qacc"])
    ledger.add(
        "PhyMotion, required force",
        force,
        g["required_force"],
        rtol=1e-9,
        atol=1e-9 * np.abs(g["required_force"]).max(),
    )
    ledger.add("PhyMotion, centre of mass", centre, g["com"], rtol=1e-9, atol=1e-9)
    ledger.add("PhyMotion, torque limits", hinged.torque_limits, g["torque_limit"][6:])


def conversion(g: dict[str, np.ndarray], ledger: Any, folder: Path) -> None:
    hinged = body(folder)
    qpos = qpos_of_smpl(hinged, g["body_pose"], g["global_orient"], g["transl"])
    signs = np.sign((qpos[:, 3:7] * g["qpos"][:, 3:7]).sum(-1, keepdims=True))
    ledger.add(
        "PhyMotion, root of qpos",
        np.hstack([qpos[:, :3], signs * qpos[:, 3:7]]),
        g["qpos"][:, :7],
        atol=1e-9,
    )
    places, turns = world_pose(hinged.humanoid, qpos[:, :3], hinged.rotations(qpos))
    order = [NAMES.index(str(name)) for name in g["body_names"]]
    ledger.add(
        "PhyMotion, places of bodies",
        places[:, order],
        g["xpos"].reshape(len(qpos), -1, 3),
        atol=1e-9,
    )
    given = (
        g["xmat"].reshape(len(qpos), -1, 3, 3)
        if g["xmat"].shape[-1] != 4
        else matrix_from_quat(g["xmat"])
    )
    ledger.add("PhyMotion, turns of bodies", turns[:, order], given, atol=1e-9)


def joints(g: dict[str, np.ndarray], ledger: Any, _: Path) -> None:
    found = kinematic(g["joints"], 30.0)
    for key, published in (
        ("vel_viol", "velocity_violation"), ("acc_viol", "acceleration_violation"), ("jit_g", "jitter_global"),
        ("jit_l", "jitter_local"), ("kin", "kin"),
    ):  # fmt: skip
        ledger.add(f"PhyMotion, v1 {key}", found[key], g[published], rtol=1e-9, atol=1e-9)
    ledger.add("PhyMotion, v1 limb", found["limb"], g["limb_terms"].mean(), rtol=1e-9, atol=1e-9)
    for corners in range(5):
        polygon = g.get(f"poly{corners}", np.zeros((0, 2)))
        count = len(g["points"])
        away = distance_to_hull(
            g["points"], np.tile(polygon, (count, 1, 1)), np.ones((count, len(polygon)), bool)
        )
        ledger.add(
            "PhyMotion, distance to a polygon", away, g["polygon_dist"][:, corners], atol=1e-9
        )


CHECKS = {
    "phymotion_probes": probes,
    "phymotion_invdyn": forces,
    "phymotion_smpl_to_qpos": conversion,
    "phymotion_v1": joints,
}
