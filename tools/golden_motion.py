"""What tools/check_golden.py compares of EDGE: rotations, kinematics, data and noise schedule."""

from pathlib import Path

import numpy as np

from footlights.formats.aist import motion_from_dict
from footlights.formats.smpl import to_smpl
from footlights.generators.diffusion.noise_schedule import signal_and_noise
from footlights.geometry.rotations import (
    matrix_from_6d,
    matrix_from_quat,
    quat_from_rotvec,
    rows_from_matrix,
    slerp,
    transpose,
)
from footlights.motion.skeleton import Skeleton, forward_kinematics
from golden_ledger import Check, Golden, Ledger

_SINGLE = 2e-6  # absolute, of numbers about 1 in single precision


def check_rotations(g: Golden, ledger: Ledger, _: Path) -> None:
    """6-D rotations there and back, forward kinematics, and interpolation."""
    local = matrix_from_quat(quat_from_rotvec(g["axis_angle"].astype(np.float64)))
    ledger.add("6-D rotations", rows_from_matrix(local), g["rot6d"], atol=_SINGLE)

    # Published six numbers are the first two rows, ours the first two columns.
    back, of_any = (
        transpose(matrix_from_6d(g[key].astype(np.float64))) for key in ("rot6d", "raw6d")
    )
    ledger.add("6-D back", back, g["rot6d_back_matrix"], atol=_SINGLE)
    ledger.add("6-D of any numbers", of_any, g["raw6d_matrix"], atol=_SINGLE)

    parents = tuple(int(p) for p in g["smpl_parents"])
    skeleton = Skeleton(tuple(g["smpl_joint_names"].tolist()), parents, g["smpl_offsets"])
    for root, rotations, golden in zip(g["root"], local, g["positions"], strict=True):
        positions, _rotations = forward_kinematics(skeleton, root.astype(np.float64), rotations)
        ledger.add("forward kinematics", positions, golden, atol=_SINGLE)
    _check_slerp(g, ledger)


def _check_slerp(g: Golden, ledger: Ledger) -> None:
    between = slerp(*(g[f"slerp_{key}"].astype(np.float64) for key in "abw"))
    golden = g["slerp_out"] / np.linalg.norm(g["slerp_out"], axis=-1, keepdims=True)
    # A quaternion and its negative are one rotation.
    signs = np.sign(np.sum(between * golden, axis=-1, keepdims=True))
    ledger.add("slerp", between * signs, golden, atol=_SINGLE)


def check_dataset(g: Golden, ledger: Ledger, _: Path) -> None:
    """Turning z up.

    Roots from the first frame on, because ours stands where the pelvis of SMPL does.
    """
    for turns, root, vector in zip(g["yup_axis_angle"], g["yup_root"], g["vector151"], strict=True):
        scaling = np.array([1.0], np.float32)
        recording = {"smpl_poses": turns, "smpl_trans": root, "smpl_scaling": scaling}
        motion = motion_from_dict(recording, "edge_dataset", fps=30.0, up="y")

        path = motion.root.astype(np.float64) - motion.root[0]
        ledger.add("z up, path of the root", path, vector[:, 4:7] - vector[:1, 4:7], atol=4e-6)
        local = matrix_from_quat(quat_from_rotvec(to_smpl(motion).astype(np.float64)))
        rows = rows_from_matrix(local).reshape(len(motion), -1)
        ledger.add("z up, 6-D rotations", rows, vector[:, 7:], atol=_SINGLE)


def check_schedule(g: Golden, ledger: Ledger, _: Path) -> None:
    """The cosine schedule of noise.

    Ours is continuous; the published table is cumulative and clipped at its very end, which is left
    out.
    """
    count = len(g["alphas_cumprod"])
    signal, noise = signal_and_noise(np.arange(1, count + 1) / count, np)
    kept = slice(0, count - 1)
    ledger.add("cosine schedule", signal[kept] ** 2, g["alphas_cumprod"][kept], 1e-5, 1e-9)
    ledger.add("amplitude of signal", signal[kept], g["sqrt_alphas_cumprod"][kept], 1e-5)
    golden = g["sqrt_one_minus_alphas_cumprod"][kept]
    ledger.add("amplitude of noise", noise[kept], golden, 1e-5, 5e-6)


CHECKS: dict[str, Check] = {
    "edge_rotations_fk": check_rotations,
    "edge_dataset": check_dataset,
    "edge_diffusion_tables": check_schedule,
}
