"""What bodies are like, in numbers: how mass is shared, how far joints turn, how hard they pull.

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

# Degrees about x, y, z of the rest pose, least and most, of the left side; the simulator's limits
# for hinged bodies. x bends
# trunk and head forward and legs at hip backward; widened from joint measurement in medicine to
# what dancers reach.
RANGES: dict[str, tuple[tuple[float, float], tuple[float, float], tuple[float, float]]] = {
    "hip": ((-150, 50), (-70, 60), (-70, 70)),
    "knee": ((-5, 165), (-10, 10), (-30, 30)),
    "ankle": ((-45, 80), (-35, 35), (-45, 45)),
    "foot": ((-95, 60), (-10, 10), (-20, 20)),
    "spine1": ((-25, 45), (-25, 25), (-30, 30)),
    "spine2": ((-25, 45), (-25, 25), (-30, 30)),
    "spine3": ((-25, 45), (-25, 25), (-30, 30)),
    "neck": ((-50, 50), (-40, 40), (-60, 60)),
    "head": ((-40, 40), (-30, 30), (-50, 50)),
    "collar": ((-50, 30), (-40, 40), (-40, 40)),
    "shoulder": ((-120, 120), (-100, 100), (-140, 80)),
    "elbow": ((-100, 100), (-20, 20), (-160, 15)),
    "wrist": ((-90, 90), (-50, 50), (-95, 95)),
    "hand": ((-20, 20), (-20, 20), (-20, 20)),
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
