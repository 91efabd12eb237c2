"""The Unitree G1 dances: any motion as angles of its hinges, within their limits, feet where they were planted."""

from functools import cache

import numpy as np

from .formats.g1 import tree
from .motion import Motion
from .retargeting import retarget
from .rig import Rig

# Points of the robot that shall be where the unhinged body of its proportions has them: link, place in its frame (m), weight.
_POINTS = (
    ("pelvis", (0, 0, 0), 1), ("pelvis", (0, 0, 0.1), 1),
    *((f"{side}_{link}", place, weight) for side in ("left", "right") for link, place, weight in (
        ("hip_pitch_link", (0, 0, 0), 1), ("knee_link", (0, 0, 0), 1), ("ankle_roll_link", (0, 0, 0), 2),
        ("heel", (0, 0, 0), 1), ("toe", (0, 0, 0), 1), ("toe", (0, 0.03, 0), 0.5),
        ("shoulder_pitch_link", (0, 0, 0), 1), ("elbow_link", (0, 0, 0), 1), ("wrist_yaw_link", (0, 0, 0), 1.5),
        ("wrist_yaw_link", (0.1, 0, 0), 0.5), ("wrist_yaw_link", (0, 0.05, 0), 0.5),
    )),
)  # fmt: skip
_PLANTED = 5  # times as much weighs a part of a sole while it touches
_SOLES = ("left_heel", "left_toe", "right_heel", "right_toe")


@cache
def character() -> Rig:
    """The robot as a character, each of its joints free to turn as the solver likes."""
    return Rig.of(tree().skeleton)


def onto_robot(motion: Motion) -> Motion:
    """``motion`` on the robot's skeleton, every joint a hinge within its limits: what its csv can hold.

    First its body moves as that of a character with its bones would; then the hinges bring knees, soles, shoulders, elbows and
    hands as near to that as they reach, soles first. A motion that is on the robot already stays as it is.

    Raises:
        FootlightsError: as `retarget`.
    """
    hinged = tree()
    if motion.skeleton == hinged.skeleton:
        return motion
    free = retarget(motion, character())
    places, turns = free.kinematics()
    links = np.array([hinged.skeleton.index(link) for link, *_ in _POINTS])
    levers = np.array([place for _, place, _ in _POINTS], np.float64)
    goals = places[:, links] + np.einsum("tpab,pb->tpa", turns[:, links], levers)
    root, turn, angles = hinged.follow(places[:, 0], turns[:, 0], links, levers, goals, _weights(free))
    return free.replace(root=root, rotations=hinged.rotations(turn, angles)).continuous()


def _weights(free: Motion) -> np.ndarray:
    """(T, P) of the points, soles more while they touch, or always where it is not known when."""
    weights = np.tile(np.array([weight for *_, weight in _POINTS], np.float64), (len(free), 1))
    touch = np.ones((len(free), 4)) if free.contacts is None else free.contacts
    for p, (link, *_) in enumerate(_POINTS):
        if link in _SOLES:
            weights[:, p] *= 1 + (_PLANTED - 1) * touch[:, _SOLES.index(link)]
    return weights
