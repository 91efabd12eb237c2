"""Legs and arms of the house skeleton: their joints, bones and hinges."""

from typing import NamedTuple

SIDES = ("left", "right")


class Limb(NamedTuple):
    """Names of the joints of a leg or an arm, from the trunk outwards."""

    upper: str
    middle: str
    end: str

    @property
    def side(self) -> str:
        """The side it is on: "left" or "right"."""
        return self.upper.partition("_")[0]


LEGS = tuple(Limb(f"{side}_hip", f"{side}_knee", f"{side}_ankle") for side in SIDES)
ARMS = tuple(Limb(f"{side}_shoulder", f"{side}_elbow", f"{side}_wrist") for side in SIDES)
LIMBS = LEGS + ARMS
LIMB_BONES = tuple(
    bone for limb in LIMBS for bone in ((limb.upper, limb.middle), (limb.middle, limb.end))
)

# Axes about which flexion is positive, in our rest pose (T-pose facing -y): the shin swings back,
# the forearm forwards.
HINGE_AXES = {
    "left_knee": (1, 0, 0),
    "right_knee": (1, 0, 0),
    "left_elbow": (0, 0, -1),
    "right_elbow": (0, 0, 1),
}
