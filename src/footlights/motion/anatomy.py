"""What bodies are like, in numbers: how mass is shared, and how hard joints pull.

Mass shares: de Leva (1996), adjustments to Zatsiorsky-Seluyanov's segment parameters, mean of women
and men. Torques are what strong young adults reach for a moment, about all three axes, after Winter
(2009) and dynamometer studies: what ligaments and bones bear beside muscles (a knee against a push
from the side, a wrist bent back on the floor) is in them.
"""

DENSITY = 985.0  # kg/m3 of a living body, air in its lungs

# Shares of body mass of each segment, one side, and the joints (without "left_") that move it.
SEGMENTS: dict[str, tuple[float, tuple[str, ...]]] = {
    "head and neck": (0.0681, ("neck", "head")),
    "trunk": (0.4302, ("pelvis", "spine1", "spine2", "spine3", "left_collar", "right_collar")),
    "upper arm": (0.0263, ("shoulder",)),
    "forearm": (0.0150, ("elbow",)),
    "hand": (0.0059, ("wrist", "hand")),
    "thigh": (0.1447, ("hip",)),
    "shank": (0.0457, ("knee",)),
    "foot": (0.0133, ("ankle", "foot")),
}

# Newton metres about x, y, z of the bone that the joint moves, whose own axes are those of the rest
# pose (T-pose, facing -y): x bends legs, trunk and neck; z turns legs and trunk about themselves;
# arms bend about y and z and turn about x.
TORQUES: dict[str, tuple[float, float, float]] = {
    "hip": (250.0, 180.0, 120.0),
    "knee": (250.0, 150.0, 80.0),
    "ankle": (200.0, 80.0, 60.0),
    "foot": (60.0, 30.0, 30.0),
    "spine1": (300.0, 250.0, 150.0),
    "spine2": (270.0, 220.0, 150.0),
    "spine3": (240.0, 200.0, 150.0),
    "neck": (60.0, 50.0, 30.0),
    "head": (45.0, 40.0, 25.0),
    "collar": (120.0, 150.0, 150.0),
    "shoulder": (60.0, 110.0, 110.0),
    "elbow": (40.0, 70.0, 80.0),
    "wrist": (30.0, 60.0, 60.0),
    "hand": (20.0, 40.0, 40.0),
}


def without_side(joint: str) -> str:
    """The name of ``joint`` without its side: "left_hip" is "hip"."""
    return joint.removeprefix("left_").removeprefix("right_")
