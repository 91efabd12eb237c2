"""Left and right exchanged in a file's names: toes point, and knees bend, behind the hips."""

from collections.abc import Mapping

import numpy as np

from ..geometry.rotations import cross, normalize
from ..motion.limbs import LEGS
from .observed_motion import ObservedMotion

SWAPPED_NOTE = "left and right are exchanged in its names (toes point backwards): exchanged back"

_BACKWARDS = -0.4  # mean cosine between toes and the front below which feet surely point back
_BENT = 0.02  # share of the leg's length by which a knee must be ahead to say something


def sides_are_swapped(observed: ObservedMotion) -> bool:
    """Whether both feet point behind the body throughout, and no knee says otherwise.

    The front is where left of the hips and up along the trunk put it.
    """
    if not {"left_foot", "right_foot"} <= observed.positions.keys():
        return False
    front = normalize(cross(observed.across("hip"), observed.trunk))

    for leg in LEGS:
        toes = observed.direction(leg.end, leg.end.replace("ankle", "foot"))
        if float((toes * front).sum(-1).mean()) > _BACKWARDS:
            return False
        if _knee_ahead(observed, leg, front) > _BENT:
            return False
    return True


def swapped_sides(joints: Mapping[str, int]) -> dict[str, int]:
    """The map of SMPL's joints with left and right exchanged."""
    other = {"left": "right", "right": "left"}
    swapped = {}
    for name, joint in joints.items():
        side, _, part = name.partition("_")
        swapped[f"{other[side]}_{part}" if side in other else name] = joint
    return swapped


def _knee_ahead(observed: ObservedMotion, leg: tuple[str, str, str], front: np.ndarray) -> float:
    """Mean distance of the knee ahead of the line from hip to ankle, over that line's length."""
    hip, knee, ankle = (observed.positions[name] for name in leg)
    ahead = ((knee - (hip + ankle) / 2) * front).sum(-1)
    return float((ahead / np.linalg.norm(ankle - hip, axis=-1)).mean())
