"""What tools/check_golden.py compares of PhyMotion: its scores and what they are made of, by files.

phymotion_probes, phymotion_invdyn, phymotion_smpl_to_qpos and phymotion_v1, on the body of
phymotion_humanoid.json.
"""

import functools
import json
from pathlib import Path

import numpy as np

from footlights.geometry.rotations import matrix_from_quat
from footlights.physics.kinematics import world_pose
from footlights.physics.published import Hinged, phymotion_terms
from footlights.physics.published.phymotion_humanoid import NAMES, humanoid_of
from footlights.physics.published.phymotion_score import kinematic, trajectory
from footlights.physics.published.smpl_qpos import qpos_of_smpl
from footlights.physics.published.support_polygon import distance_to_hull
from golden_ledger import Golden, Ledger

_ROUNDING = 1e-9  # absolute, of numbers about 1
_RELATIVE = {"MET", "jit", "jit_g", "jit_l"}  # terms that may be large
# Relative tolerances of large frames; derivatives of angles lose digits to differences.
_LARGE_FRAMES = {"qvel": 1e-6, "qacc": 1e-6, "qfrc_inv": 1e-9}
_FPS = 30.0  # of the joints in phymotion_v1
# Our names of the kinematic terms, and the file's.
_KINEMATIC = {
    "vel_viol": "velocity_violation",
    "acc_viol": "acceleration_violation",
    "jit_g": "jitter_global",
    "jit_l": "jitter_local",
    "kin": "kin",
}


def check_probes(g: Golden, ledger: Ledger, folder: Path) -> None:
    """Every term of the score, and its frames, of each probe motion."""
    hinged, keys = _published_body(folder), g["score_keys"].tolist()
    for name, fps, scores in zip(g["names"], g["fps"].tolist(), g["scores"], strict=True):
        qpos = g[f"{name}/qpos"]
        terms, frames = trajectory(hinged, qpos, fps)
        if f"{name}/joints24" in g:
            terms |= phymotion_terms(hinged, qpos, fps, g[f"{name}/joints24"])

        for key, value in terms.items():
            expected, rtol = scores[keys.index(key)], _ROUNDING * (key in _RELATIVE)
            ledger.add(f"PhyMotion, {key}", value, expected, rtol=rtol, atol=_ROUNDING)
        for key, values in frames.items():
            if f"{name}/{key}" in g:
                _check_frames(key, values, g[f"{name}/{key}"], ledger)


def check_forces(g: Golden, ledger: Ledger, folder: Path) -> None:
    """Inverse dynamics of given states."""
    hinged = _published_body(folder)
    forces, centre, _ = hinged.generalised_forces(g["qpos"], g["qvel"], g["qacc"])
    expected = g["required_force"]
    atol = _ROUNDING * np.abs(expected).max()
    ledger.add("PhyMotion, required force", forces, expected, rtol=_ROUNDING, atol=atol)
    ledger.add("PhyMotion, centre of mass", centre, g["com"], rtol=_ROUNDING, atol=_ROUNDING)
    ledger.add("PhyMotion, torque limits", hinged.torque_limits, g["torque_limit"][6:])


def check_conversion(g: Golden, ledger: Ledger, folder: Path) -> None:
    """From SMPL-X's parameters to qpos, and where its bodies are."""
    hinged = _published_body(folder)
    qpos = qpos_of_smpl(hinged, g["body_pose"], g["global_orient"], g["transl"])
    # A quaternion and its negative are one rotation.
    signs = np.sign((qpos[:, 3:7] * g["qpos"][:, 3:7]).sum(-1, keepdims=True))
    root = np.hstack([qpos[:, :3], signs * qpos[:, 3:7]])
    ledger.add("PhyMotion, root of qpos", root, g["qpos"][:, :7], atol=_ROUNDING)

    positions, rotations = world_pose(hinged.humanoid, qpos[:, :3], hinged.rotations(qpos))
    order = [NAMES.index(str(name)) for name in g["body_names"]]
    expected = g["xpos"].reshape(len(qpos), -1, 3)
    ledger.add("PhyMotion, positions of bodies", positions[:, order], expected, atol=_ROUNDING)

    quaternions = g["xmat"].shape[-1] == 4
    expected = matrix_from_quat(g["xmat"]) if quaternions else g["xmat"]
    expected = expected.reshape(len(qpos), -1, 3, 3)
    ledger.add("PhyMotion, rotations of bodies", rotations[:, order], expected, atol=_ROUNDING)


def check_kinematic(g: Golden, ledger: Ledger, _: Path) -> None:
    """The kinematic axis of given joints, and distances to polygons of up to four corners."""
    terms = kinematic(g["joints"], _FPS)
    exact = {"rtol": _ROUNDING, "atol": _ROUNDING}
    for key, name in _KINEMATIC.items():
        ledger.add(f"PhyMotion, v1 {key}", terms[key], g[name], **exact)
    ledger.add("PhyMotion, v1 limb", terms["limb"], g["limb_terms"].mean(), **exact)

    points = g["points"]
    for count in range(5):
        corners = np.tile(g.get(f"poly{count}", np.zeros((0, 2))), (len(points), 1, 1))
        in_contact = np.ones(corners.shape[:2], bool)
        distances = distance_to_hull(points, corners, in_contact)
        expected = g["polygon_dist"][:, count]
        ledger.add("PhyMotion, distance to a polygon", distances, expected, atol=_ROUNDING)


@functools.cache
def _published_body(folder: Path) -> Hinged:
    """The published humanoid of the table in ``folder``."""
    table = (folder / "phymotion_humanoid.json").read_text(encoding="utf-8")
    return Hinged(humanoid_of(json.loads(table)))


def _check_frames(key: str, values: np.ndarray, expected: np.ndarray, ledger: Ledger) -> None:
    rtol = _LARGE_FRAMES.get(key, 0.0)
    atol = rtol * float(np.abs(expected).max(initial=0)) if rtol else _ROUNDING
    ledger.add(f"PhyMotion, frames of {key}", values, expected, rtol=rtol, atol=atol)


CHECKS = {
    "phymotion_probes": check_probes,
    "phymotion_invdyn": check_forces,
    "phymotion_smpl_to_qpos": check_conversion,
    "phymotion_v1": check_kinematic,
}
