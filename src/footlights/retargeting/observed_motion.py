"""A foreign clip as retargeting sees it: joints by our names, at our size."""

from dataclasses import dataclass

import numpy as np

from ..basics.errors import FootlightsError
from ..geometry.rotations import matrix_from_quat, normalize
from ..motion.limbs import LEGS, SIDES
from ..motion.motion import Motion
from ..motion.skeleton import SMPL_NAMES, Skeleton, forward_kinematics

_SHORTEST_LEG = 1e-6  # metres: what is shorter is no leg

# The joint that ends each bone: the bone turns with whatever joint stands directly above that end,
# which is not its first one where a rig has twist bones or several links to a joint.
_BONE_END = {"neck": "head"} | {
    f"{side}_{start}": f"{side}_{end}"
    for side in SIDES
    for start, end in (
        ("hip", "knee"),
        ("knee", "ankle"),
        ("ankle", "foot"),
        ("collar", "shoulder"),
        ("shoulder", "elbow"),
        ("elbow", "wrist"),
    )
}


_SAME_ROTATION = 0.01  # by which elements of two matrices of one rotation may differ


@dataclass(frozen=True)
class ObservedMotion:
    """What is looked at of a clip of T frames on any skeleton, scaled to our size.

    Attributes:
        positions: SMPL joint name -> (T, 3) in the world, metres times ``scale``.
        world_rotations: SMPL joint name -> (T, 3, 3) of the bone that begins there.
        scale: our leg over theirs.
        fps: frames a second.
    """

    positions: dict[str, np.ndarray]
    world_rotations: dict[str, np.ndarray]
    scale: float
    fps: float

    @property
    def mid_hips(self) -> np.ndarray:
        """(T, 3) the point midway between the hips."""
        return (self.positions["left_hip"] + self.positions["right_hip"]) / 2

    @property
    def trunk(self) -> np.ndarray:
        """(T, 3) from midway between the hips to midway between the shoulders."""
        shoulders = self.positions["left_shoulder"] + self.positions["right_shoulder"]
        return shoulders / 2 - self.mid_hips

    def across(self, part: str) -> np.ndarray:
        """(T, 3) from the right "hip" or "shoulder" to the left one."""
        return self.positions[f"left_{part}"] - self.positions[f"right_{part}"]

    def direction(self, start: str, end: str) -> np.ndarray:
        """(T, 3) unit directions from joint ``start`` to joint ``end``."""
        return normalize(self.positions[end] - self.positions[start])


def observe(
    motion: Motion, joints: dict[str, int], skeleton: Skeleton, scale: float | None = None
) -> ObservedMotion:
    """``motion`` at the size of ``skeleton``, whose joints have SMPL's names.

    Args:
        joints: SMPL joint name -> index of the joint of ``motion`` that stands for it.
        scale: our size over theirs; from the legs when None.
    """
    local = matrix_from_quat(motion.rotations.astype(np.float64))
    positions, rotations = forward_kinematics(
        motion.skeleton, motion.root.astype(np.float64), local
    )
    if scale is None:
        ours = {name: skeleton.index(name) for name in SMPL_NAMES}
        scale = leg_length(skeleton.rest, ours) / leg_length(positions, joints)

    scaled = {name: positions[:, joint] * scale for name, joint in joints.items()}
    world_rotations = {}
    for name, joint in joints.items():
        end = joints.get(_BONE_END.get(name, ""))
        world_rotations[name] = rotations[:, joint if end is None else motion.skeleton.parents[end]]
    world_rotations["pelvis"] = _pelvis_rotation(motion.skeleton, joints, rotations)
    world_rotations.setdefault("spine3", world_rotations["pelvis"])  # a trunk in one piece
    return ObservedMotion(scaled, world_rotations, float(scale), motion.fps)


def _pelvis_rotation(
    skeleton: Skeleton, joints: dict[str, int], rotations: np.ndarray
) -> np.ndarray:
    """(T, 3, 3) of what both hips turn with: of joints between it and them when they agree."""
    left, right = (skeleton.parents[joints[f"{side}_hip"]] for side in SIDES)
    pelvis = rotations[:, joints["pelvis"]]
    if joints["pelvis"] in (left, right) or left < 0 or right < 0:
        return pelvis

    # Some exporters turn the root and undo it below; only both hips together tell of a pelvis.
    together = np.abs(rotations[:, left] - rotations[:, right]).max() < _SAME_ROTATION
    undone = np.abs(rotations[:, left] - pelvis).max() > _SAME_ROTATION
    return rotations[:, left] if together and undone else pelvis


def observe_rest_pose(skeleton: Skeleton, joints: dict[str, int]) -> ObservedMotion:
    """A rig as it stands, or lies bundled, in one frame when every rotation is zero."""
    rotations = np.zeros((1, len(skeleton), 4))
    rotations[..., 0] = 1
    return observe(Motion(np.zeros((1, 3)), rotations, 30.0, skeleton), joints, skeleton, 1.0)


def observe_proportions(skeleton: Skeleton) -> ObservedMotion:
    """The rest positions of a skeleton of SMPL's joints, in one frame, without rotations."""
    rest = skeleton.rest.astype(np.float64)
    return ObservedMotion(
        {name: rest[skeleton.index(name)][None] for name in SMPL_NAMES}, {}, 1.0, 1.0
    )


def leg_length(positions: np.ndarray, joints: dict[str, int]) -> float:
    """Median length of hip-knee-ankle in metres, mean of both legs, of positions (..., J, 3)."""
    bones = [
        np.linalg.norm(positions[..., joints[end], :] - positions[..., joints[start], :], axis=-1)
        for leg in LEGS
        for start, end in ((leg.upper, leg.middle), (leg.middle, leg.end))
    ]
    length = float(np.median(bones[0] + bones[1] + bones[2] + bones[3]) / 2)
    if length < _SHORTEST_LEG:
        what, do = "its legs are 0 m long", "export it again with the bones' lengths"
        raise FootlightsError(what, "skeleton", do)
    return length
