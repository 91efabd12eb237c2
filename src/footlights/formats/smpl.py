"""SMPL's angles and axes, as AMASS, AIST++ and EDGE store them, to and from the house's.

SMPL's rest pose has y up and faces +z; the house's is the same turned z up (+90 degrees about x,
A). A joint below the root turns by A R A^T; the root, which turns the rest pose into the world, by
R A^T in a z-up world and by A R A^T in a y-up one.
"""

import numpy as np

from ..geometry.rotations import quat_conj, quat_from_rotvec, quat_mul, rotvec_from_quat
from ..motion.motion import Motion
from ..motion.skeleton import SMPL_NAMES, SMPL_PARENTS, Skeleton
from .axes import RawMotion, find_up, turn_frames, y_to_z_up, z_to_y_up

# Where SMPL's pelvis stands at zero translation: file translations are of the template, whose
# origin is in the chest.
PELVIS = np.array([-0.002, -0.244, 0.038])
PELVIS_X = np.array([0.003, -0.351, 0.012])  # of SMPL-X's neutral template

# Joints of SMPL's mean body in their parents' frames (m, y up), the constants that EDGE uses.
_OFFSETS = np.array([
    (0.0, 0.0, 0.0), (0.05858135, -0.08228004, -0.01766408), (-0.06030973, -0.09051332, -0.01354254),
    (0.00443945, 0.12440352, -0.03838522), (0.04345142, -0.38646945, 0.008037), (-0.04325663, -0.38368791, -0.00484304),
    (0.00448844, 0.1379564, 0.02682033), (-0.01479032, -0.426874578, -0.037428), (0.01905555, -0.4200455, -0.03456167),
    (-0.00226458, 0.05603239, 0.00285505), (0.04105436, -0.06028581, 0.12204243), (-0.03483987, -0.06210566, 0.13032329),
    (-0.0133902, 0.21163553, -0.03346758), (0.07170245, 0.11399969, -0.01889817), (-0.08295366, 0.11247234, -0.02370739),
    (0.01011321, 0.08893734, 0.05040987), (0.12292141, 0.04520509, -0.019046), (-0.11322832, 0.04685326, -0.00847207),
    (0.2553319, -0.01564902, -0.02294649), (-0.26012748, -0.01436928, -0.03126873), (0.26570925, 0.01269811, -0.00737473),
    (-0.26910836, 0.00679372, -0.00602676), (0.08669055, -0.01063603, -0.01559429), (-0.0887537, -0.00865157, -0.01010708),
])  # fmt: skip
_TURN = np.array([np.sqrt(0.5), np.sqrt(0.5), 0.0, 0.0])


def smpl_skeleton() -> Skeleton:
    """SMPL's mean body on the house's joint names: z up, facing -y, the toe joints on the floor."""
    offsets = y_to_z_up(_OFFSETS)
    lowest = Skeleton(SMPL_NAMES, SMPL_PARENTS, offsets).rest[:, 2].min()
    offsets[0] = (0, 0, -lowest)
    return Skeleton(SMPL_NAMES, SMPL_PARENTS, offsets)


def from_smpl(
    axis_angle: np.ndarray,
    root: np.ndarray,
    fps: float,
    up: str | None,
    usual: str,
    notes: list[str],
    skeleton: Skeleton | None = None,
) -> Motion:
    """A Motion of SMPL angles (T, 24, 3) and pelvis places ``root`` (T, 3) in metres.

    Args:
        up: the world's up axis, "y" or "z"; when None ``usual``, unless the legs point along the
            other.
    """
    skeleton = smpl_skeleton() if skeleton is None else skeleton
    rotations = _quaternions(axis_angle)
    if up is None:
        raw = RawMotion(list(SMPL_NAMES), list(SMPL_PARENTS), _OFFSETS, root, rotations, fps, notes)
        up = find_up(raw, usual)
    turn_frames(rotations)
    if up == "y":
        root = y_to_z_up(root)
    else:
        # Undone here: of the root's A R A^T only the right factor belongs to a world that is z-up
        # already.
        rotations[:, 0] = quat_mul(quat_conj(_TURN), rotations[:, 0].astype(np.float64))
    return Motion(root, rotations, fps, skeleton, meta={"notes": notes})


def to_smpl(motion: Motion) -> np.ndarray:
    """(T, 24, 3) float64 SMPL axis-angles of a motion on the 24 joints, for a z-up world; the
    inverse of `from_smpl`.
    """
    q = motion.rotations.astype(np.float64)
    q[:, 0] = quat_mul(_TURN, q[:, 0])
    return rotvec_from_quat(np.concatenate([q[..., :1], z_to_y_up(q[..., 1:])], axis=-1))


def _quaternions(axis_angle: np.ndarray, block: int = 4096) -> np.ndarray:
    """(T, 24, 4) float32, made in blocks so that the doubles of a long clip never stand all at
    once.
    """
    q = np.empty((*axis_angle.shape[:2], 4), np.float32)
    for start in range(0, len(q), block):
        q[start : start + block] = quat_from_rotvec(
            axis_angle[start : start + block].astype(np.float64)
        )
    return q
