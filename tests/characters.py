"""Six characters to dance on, made by hand: other names, sizes, rest poses and bones."""

from collections.abc import Callable

import numpy as np

from footlights.formats.g1 import robot_tree
from footlights.geometry.rotations import matrix_from_quat, quat_from_rotvec
from footlights.motion.skeleton import SMPL24, SMPL_NAMES, Skeleton, forward_kinematics
from rigs import names_in

_SIDES = (("left", 1.0), ("right", -1.0))
_VRM = {
    "pelvis": "hips", "spine1": "spine", "spine2": "chest", "neck": "neck", "head": "head",
    "hip": "UpperLeg", "knee": "LowerLeg", "ankle": "Foot", "foot": "Toes",
    "collar": "Shoulder", "shoulder": "UpperArm", "elbow": "LowerArm", "wrist": "Hand",
}  # fmt: skip
_UNREAL = {
    "spine1": "spine_01", "spine2": "spine_03", "spine3": "spine_05", "neck": "neck_01",
    "hip": "thigh", "knee": "calf", "ankle": "foot", "foot": "ball",
    "collar": "clavicle", "shoulder": "upperarm", "elbow": "lowerarm", "wrist": "hand",
}  # fmt: skip

Bones = dict[str, tuple[str | None, np.ndarray]]  # name -> parent and rest position


def body(size: float = 1.0, down: float = 0.0, **longer: float) -> dict[str, np.ndarray]:
    """Rest positions (3,) of a person by SMPL name, metres.

    Args:
        size: how many times as large as the house body.
        down: radians of the arms below T-pose.
        longer: factors of the bones that end in a joint; ``knee=0.5`` halves the thigh.
    """
    factors = np.array(
        [next((f for part, f in longer.items() if name.endswith(part)), 1.0) for name in SMPL_NAMES]
    )
    skeleton = Skeleton(SMPL24.names, SMPL24.parents, SMPL24.offsets * factors[:, None])
    turns = np.zeros((24, 3))
    for side, sign in _SIDES:
        turns[skeleton.index(f"{side}_shoulder"), 1] = sign * down
    places, _ = forward_kinematics(skeleton, np.zeros(3), matrix_from_quat(quat_from_rotvec(turns)))
    places = places - [0, 0, places[[10, 11], 2].mean() - SMPL24.rest[10, 2]]
    return dict(zip(SMPL_NAMES, size * places, strict=True))


def rig(bones: Bones) -> Skeleton:
    """The skeleton with these bones, every joint's axes those of the world."""
    names = list(bones)
    parents = [names.index(parent) if parent else -1 for parent, _ in bones.values()]
    offsets = [place - (bones[parent][1] if parent else 0) for parent, place in bones.values()]
    return Skeleton(tuple(names), tuple(parents), np.array(offsets))


def named(places: dict[str, np.ndarray], names: dict[str, str]) -> Bones:
    """The joints that ``names`` (SMPL name -> name) has, below the nearest that it has."""
    bones: Bones = {}
    for j, name in enumerate(SMPL_NAMES):
        if name in names:
            above = SMPL24.parents[j]
            while above >= 0 and SMPL_NAMES[above] not in names:
                above = SMPL24.parents[above]
            bones[names[name]] = (names[SMPL_NAMES[above]] if above >= 0 else None, places[name])
    return bones


def _sided(words: dict[str, str], form: Callable[[str, str], str]) -> dict[str, str]:
    limbs = {"hip", "knee", "ankle", "foot", "collar", "shoulder", "elbow", "wrist", "hand"}
    names = {smpl: word for smpl, word in words.items() if smpl not in limbs}
    return names | {
        f"{s}_{smpl}": form(s, word)
        for s, _ in _SIDES
        for smpl, word in words.items()
        if smpl in limbs
    }


def mixamo() -> Skeleton:
    """A man of 1.85 m in T-pose, with fingers, a crown and ends of toes."""
    places = body(1.08, collar=1.1)
    bones = named(places, names_in("mixamo"))
    for side, sign in _SIDES:
        hand = names_in("mixamo")[f"{side}_wrist"]
        for finger, ahead in (("Thumb", -0.04), ("Index", -0.02), ("Pinky", 0.03)):
            above = hand
            for k in range(1, 4):
                place = places[f"{side}_wrist"] + [sign * (0.06 + 0.025 * k), ahead, 0]
                bones[f"{hand}{finger}{k}"] = (above, place)
                above = f"{hand}{finger}{k}"
        toe = names_in("mixamo")[f"{side}_foot"]
        bones[f"mixamorig:{side.title()}Toe_End"] = (toe, places[f"{side}_foot"] + [0, -0.07, 0])
    bones["mixamorig:HeadTop_End"] = ("mixamorig:Head", places["head"] + [0, 0, 0.18])
    return rig(bones)


def vrm() -> Skeleton:
    """A figure of 1.5 m with VRM's bone names: arms a little down, long legs, small feet.

    It has no upper chest.
    """
    names = _sided(_VRM, lambda side, word: side + word)
    return rig(named(body(0.88, 0.25, knee=1.1, ankle=1.15, foot=0.8), names))


def metahuman() -> Skeleton:
    """A woman in A-pose with a root on the floor, five spine, two neck, and many twist bones."""
    places = body(0.97, 0.85, elbow=1.08)
    names = _sided(
        {"pelvis": "pelvis", "head": "head"} | _UNREAL, lambda side, word: f"{word}_{side[0]}"
    )
    bones: Bones = {"root": (None, np.zeros(3))} | named(places, names)
    bones["pelvis"] = ("root", places["pelvis"])

    for low, high, extra in (
        ("spine1", "spine2", "spine_02"),
        ("spine2", "spine3", "spine_04"),
        ("neck", "head", "neck_02"),
    ):
        bones[extra] = (names[low], 0.5 * (places[low] + places[high]))
        bones[names[high]] = (extra, places[high])

    for side, _ in _SIDES:
        for start, end in (
            ("hip", "knee"),
            ("knee", "ankle"),
            ("shoulder", "elbow"),
            ("elbow", "wrist"),
        ):
            first, last = places[f"{side}_{start}"], places[f"{side}_{end}"]
            for k, share in ((1, 1 / 3), (2, 2 / 3)):
                name = f"{_UNREAL[start]}_twist_0{k}_{side[0]}"
                bones[name] = (names[f"{side}_{start}"], first + share * (last - first))
    return rig(_ordered(bones))


def _ordered(bones: Bones) -> Bones:
    """The same bones with every parent before its children."""
    done: Bones = {}
    while len(done) < len(bones):
        done |= {n: b for n, b in bones.items() if n not in done and (b[0] is None or b[0] in done)}
    return done


def g1() -> Skeleton:
    """The Unitree G1 robot: it faces +x, elbows at right angles, several links to a joint.

    It has neither head nor collars.
    """
    return robot_tree().skeleton


def cartoon() -> Skeleton:
    """A head on short legs: 80 cm, hips at 23 cm, long arms hanging down, big feet.

    It has one spine bone and no collars, neck and toes.
    """
    names = names_in("poser")
    absent = ("collar", "neck", "_foot", "_hand", "spine1", "spine2")
    names = {smpl: name for smpl, name in names.items() if not smpl.endswith(absent)}
    return rig(named(body(0.55, 1.2, knee=0.4, ankle=0.42, foot=1.6, head=2.0, hip=1.2), names))


def smplx() -> Skeleton:
    """SMPL-X's names and tree with jaw, eyes and fingers, a child of 1.2 m."""
    places = body(0.7, 0.1, head=1.15)
    bones = named(places, {name: name for name in SMPL_NAMES if not name.endswith("_hand")})
    for name, aside in (("jaw", 0.0), ("left_eye_smplhf", 0.03), ("right_eye_smplhf", -0.03)):
        bones[name] = ("head", places["head"] + [aside, -0.06, 0.02])

    for side, sign in _SIDES:
        for row, finger in enumerate(("index", "middle", "pinky", "ring", "thumb")):
            above = f"{side}_wrist"
            for k in range(1, 4):
                place = places[f"{side}_wrist"] + [
                    sign * (0.05 + 0.02 * k),
                    0.015 * (row - 2),
                    -0.01,
                ]
                bones[f"{side}_{finger}{k}"] = (above, place)
                above = f"{side}_{finger}{k}"
    return rig(bones)


CHARACTERS: dict[str, Callable[[], Skeleton]] = {
    make.__name__: make for make in (mixamo, vrm, metahuman, g1, cartoon, smplx)
}
