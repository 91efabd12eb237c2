"""SMPL's angles and axes, as AMASS, AIST++ and EDGE store them, to and from the house's.

SMPL's rest pose has y up and faces +z; the house's is the same turned z up (+90 degrees about x,
A). A joint below the root turns by A R A^T; the root, which turns the rest pose into the world, by
R A^T in a z-up world and by A R A^T in a y-up one.
"""

from dataclasses import dataclass, field

import numpy as np

from ..geometry.rotations import quat_conj, quat_from_rotvec, quat_mul, rotvec_from_quat
from ..motion.motion import Motion
from ..motion.skeleton import SMPL_NAMES, SMPL_PARENTS, Skeleton
from .axes import quats_to_y_up, quats_to_z_up, y_to_z_up
from .raw_motion import RawMotion
from .unit_and_up import find_up

# Where SMPL's pelvis stands at zero translation (m, y up): file translations are of the template,
# whose origin is in the chest.
PELVIS = np.array([-0.002, -0.244, 0.038])
PELVIS_X = np.array([0.003, -0.351, 0.012])  # of SMPL-X's neutral template

BETAS_NOTE = (
    "betas left out: the mean body stands for this one, so bones may differ by some centimetres"
)

# Joints of SMPL's mean body in their parents' frames (m, y up), the constants that EDGE uses, in
# the order of SMPL_NAMES.
_OFFSETS = np.array([
    [0.0, 0.0, 0.0],  # pelvis
    [0.05858135, -0.08228004, -0.01766408],  # left_hip
    [-0.06030973, -0.09051332, -0.01354254],  # right_hip
    [0.00443945, 0.12440352, -0.03838522],  # spine1
    [0.04345142, -0.38646945, 0.008037],  # left_knee
    [-0.04325663, -0.38368791, -0.00484304],  # right_knee
    [0.00448844, 0.1379564, 0.02682033],  # spine2
    [-0.01479032, -0.426874578, -0.037428],  # left_ankle
    [0.01905555, -0.4200455, -0.03456167],  # right_ankle
    [-0.00226458, 0.05603239, 0.00285505],  # spine3
    [0.04105436, -0.06028581, 0.12204243],  # left_foot
    [-0.03483987, -0.06210566, 0.13032329],  # right_foot
    [-0.0133902, 0.21163553, -0.03346758],  # neck
    [0.07170245, 0.11399969, -0.01889817],  # left_collar
    [-0.08295366, 0.11247234, -0.02370739],  # right_collar
    [0.01011321, 0.08893734, 0.05040987],  # head
    [0.12292141, 0.04520509, -0.019046],  # left_shoulder
    [-0.11322832, 0.04685326, -0.00847207],  # right_shoulder
    [0.2553319, -0.01564902, -0.02294649],  # left_elbow
    [-0.26012748, -0.01436928, -0.03126873],  # right_elbow
    [0.26570925, 0.01269811, -0.00737473],  # left_wrist
    [-0.26910836, 0.00679372, -0.00602676],  # right_wrist
    [0.08669055, -0.01063603, -0.01559429],  # left_hand
    [-0.0887537, -0.00865157, -0.01010708],  # right_hand
])  # fmt: skip
_Y_TO_Z_UP = np.array([np.sqrt(0.5), np.sqrt(0.5), 0.0, 0.0])  # A, as a quaternion
_HALF_ABOUT_X = np.array([0.0, 1.0, 0.0, 0.0])


@dataclass
class SmplClip:
    """One clip of SMPL angles, as readers take it from their files.

    Attributes:
        axis_angles: (T, 24, 3) radians, local.
        root: (T, 3) position of the pelvis, metres, in the file's world.
        fps: frames a second.
        usual_up: the up axis of such files' worlds, "y" or "z".
        notes: what was found out or decided, one sentence each.
    """

    axis_angles: np.ndarray
    root: np.ndarray
    fps: float
    usual_up: str
    notes: list[str] = field(default_factory=list)


def smpl_skeleton() -> Skeleton:
    """SMPL's mean body on the house's joint names: z up, facing -y, the toe joints on the floor."""
    offsets = y_to_z_up(_OFFSETS)
    lowest = Skeleton(SMPL_NAMES, SMPL_PARENTS, offsets).rest[:, 2].min()
    offsets[0] = (0, 0, -lowest)
    return Skeleton(SMPL_NAMES, SMPL_PARENTS, offsets)


def from_smpl(clip: SmplClip, up: str | None, skeleton: Skeleton | None = None) -> Motion:
    """The Motion of a clip, in metres with z up; its meta holds the clip's notes.

    Args:
        clip: as it stands in the file.
        up: its world's up axis, one of `raw_motion.UP_AXES`; when None the usual one, unless the
            legs point along another.
        skeleton: its bones; SMPL's mean body when None.
    """
    skeleton = smpl_skeleton() if skeleton is None else skeleton
    root, rotations = clip.root, _quaternions(clip.axis_angles)
    if up is None:
        names, parents = list(SMPL_NAMES), list(SMPL_PARENTS)
        raw = RawMotion(names, parents, _OFFSETS, root, rotations, clip.fps, clip.notes)
        up = find_up(raw, clip.usual_up)

    if up.startswith("minus-"):
        root = root * np.array([1.0, -1.0, -1.0])
        rotations[:, 0] = quat_mul(_HALF_ABOUT_X, rotations[:, 0].astype(np.float64))
    quats_to_z_up(rotations)
    if up.endswith("y"):
        root = y_to_z_up(root)
    else:
        # Undone here: of the root's A R A^T only the right factor belongs to a world that is z-up
        # already.
        rotations[:, 0] = quat_mul(quat_conj(_Y_TO_Z_UP), rotations[:, 0].astype(np.float64))
    return Motion(root, rotations, clip.fps, skeleton, meta={"notes": clip.notes})


def to_smpl(motion: Motion) -> np.ndarray:
    """(T, 24, 3) float64 SMPL axis-angles of a motion on the 24 joints, for a z-up world.

    The inverse of `from_smpl`.
    """
    quats = motion.rotations.astype(np.float64)
    quats[:, 0] = quat_mul(_Y_TO_Z_UP, quats[:, 0])
    return rotvec_from_quat(quats_to_y_up(quats))


def _quaternions(axis_angles: np.ndarray, block: int = 4096) -> np.ndarray:
    """(T, 24, 4) float32, made in blocks: the doubles of a long clip never stand all at once."""
    quats = np.empty((*axis_angles.shape[:2], 4), np.float32)
    for start in range(0, len(quats), block):
        part = slice(start, start + block)
        quats[part] = quat_from_rotvec(axis_angles[part].astype(np.float64))
    return quats
