"""Whose joint is whose: the joints of any humanoid skeleton found on the house's 24, by name and
by hierarchy.
"""

import re

from ..basics.errors import FootlightsError
from ..motion.skeleton import Skeleton

# For each role the words riggers use, best first. A word may serve two roles ("foot" is the ankle
# of one rig and the
# toe joint of another); the earlier role that is found takes it.
_SIDED = {
    "ankle": ("ankle", "ankleroll", "foot"),
    "knee": ("knee", "shin", "calf", "lowerleg", "tibia", "leg"),
    "hip": ("upleg", "thigh", "upperleg", "femur", "hiproll", "hip"),
    "wrist": ("wrist", "wristroll", "hand", "wristyaw"),
    "elbow": ("elbow", "forearm", "lowerarm", "farm", "radius"),
    "shoulder": (
        "upperarm",
        "uparm",
        "uarm",
        "shldr",
        "humerus",
        "arm",
        "shoulderpitch",
        "shoulderroll",
        "shoulder",
    ),
    "collar": ("collar", "clavicle", "shoulder"),
    "foot": ("toebase", "toes", "toe", "ball", "toe0", "foot"),
    "hand": (
        "mid1",
        "middle1",
        "handmiddle1",
        "middle01",
        "handmid1",
        "index1",
        "handindex1",
        "fingerbase",
        "knuckle",
        "hand",
    ),
}
_BELOW = {
    "knee": "ankle",
    "hip": "knee",
    "elbow": "wrist",
    "shoulder": "elbow",
    "collar": "shoulder",
}
_CENTRAL = {
    "head": ("head",),
    "neck": ("neck", "lowerneck", "neck1", "neck01", "necktwist01"),
}
NEEDED = tuple(
    f"{side}_{role}"
    for role in ("hip", "knee", "ankle", "shoulder", "elbow", "wrist")
    for side in ("left", "right")
)
_SIDES = (
    (re.compile(r"(?i:(left|right))[_. -]?(.+)$"), 1, 2),
    (re.compile(r"([lrLR])(?:[_. -]|(?=[A-Z]))(.+)$"), 1, 2),
    (re.compile(r"(.+?)[_. -]?(?i:(left|right))$"), 2, 1),
    (re.compile(r"(.+?)[_. -]([lrLR])$"), 2, 1),
    (
        re.compile(
            r"([lr])(hipjoint|hip|femur|tibia|foot|toes|clavicle|humerus|radius|wrist|hand|fingers|thumb)$"
        ),
        1,
        2,
    ),
)
_PREFIXES = re.compile(
    r"^(?:.*:|mixamorig\d*_?|cc_base_|character\d*_|bip\d*[ _]|rig_|def-|bone_|joint_|smplx?_|[fm]_avg_)",
    re.IGNORECASE,
)
_SUFFIXES = re.compile(r"_(?:link|jnt|joint|bone)$", re.IGNORECASE)


def joint_map(skeleton: Skeleton) -> dict[str, int]:
    """Index of the joint of ``skeleton`` that stands for each of the 24 SMPL joints it has, by SMPL
    name.

    Knows the vocabularies of SMPL, Mixamo, CMU (ASF and BVH), Rokoko, Xsens, Character Creator,
    Blender, Poser and the Unitree G1 robot. The pelvis and the spine are found by hierarchy, since
    "spine" and "chest" mean other joints on every rig; collars, neck, head, toes and hands may be
    absent.

    Raises:
        FootlightsError: a hip, knee, ankle, shoulder, elbow or wrist cannot be found; the missing
            ones are listed.
    """
    words = _words(skeleton)
    found = _limbs(skeleton, words)
    missing = [name for name in NEEDED if name not in found]
    if missing:
        shown = ", ".join(skeleton.names[:12]) + (", ..." if len(skeleton) > 12 else "")
        raise FootlightsError(
            f"these joints were not found by name: {', '.join(missing)}",
            "skeleton",
            f"rename the joints; it has {shown}",
        )
    for role, aliases in _CENTRAL.items():
        index = next(
            (j for alias in aliases for j, word in enumerate(words) if word == ("", alias)), None
        )
        if index is not None:
            found[role] = index
    return complete(skeleton, found)


def complete(skeleton: Skeleton, found: dict[str, int]) -> dict[str, int]:
    """``found`` limbs with what the tree tells of the rest: pelvis, spine, toes and hands."""
    _trunk(skeleton, found)
    _ends(skeleton, found)
    return found


def _words(skeleton: Skeleton) -> list[tuple[str, str]]:
    """(side, word) of each joint: ("left", "upleg") of "mixamorig:LeftUpLeg"; side is "" in the
    middle.
    """
    bare = [_SUFFIXES.sub("", _PREFIXES.sub("", name)) for name in skeleton.names]
    return [_side_and_word(name) for name in bare]


def _side_and_word(name: str) -> tuple[str, str]:
    for pattern, side, word in _SIDES:
        match = pattern.match(name)
        if match:
            return {"l": "left", "r": "right"}[match.group(side)[0].lower()], _letters(
                match.group(word)
            )
    return "", _letters(name)


def _letters(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


def _limbs(skeleton: Skeleton, words: list[tuple[str, str]]) -> dict[str, int]:
    """Sided roles found by word; no joint serves two roles, and a knee is one from which the ankle
    hangs.
    """
    found: dict[str, int] = {}
    for side in ("left", "right"):
        for role, aliases in _SIDED.items():
            below = found.get(f"{side}_{_BELOW.get(role, '')}")
            above = range(len(words)) if below is None else path(skeleton, 0, below)[:-1]
            for alias in aliases:
                fits = [j for j in above if words[j] == (side, alias) and j not in found.values()]
                if fits:
                    found[f"{side}_{role}"] = fits[0]
                    break
    return found


def _trunk(skeleton: Skeleton, found: dict[str, int]) -> None:
    """Pelvis and spine: the pelvis carries both hips and the shoulders, the chest both shoulders."""
    pelvis = _common(
        skeleton, [found[n] for n in ("left_hip", "right_hip", "left_shoulder", "right_shoulder")]
    )
    chest = _common(skeleton, [found["left_shoulder"], found["right_shoulder"]])
    found["pelvis"] = pelvis
    spine = [j for j in path(skeleton, pelvis, chest)[1:]]
    if spine:
        found["spine3"] = spine[-1]
    if len(spine) >= 2:
        found["spine1"] = spine[0]
    if len(spine) >= 3:
        found["spine2"] = spine[(len(spine) - 1) // 2]


def _ends(skeleton: Skeleton, found: dict[str, int]) -> None:
    """Toes and hands without a name of their own: the farthest descendant of a foot, the first
    child of a wrist.
    """
    for side in ("left", "right"):
        for role, parent, pick in (("foot", "ankle", _farthest), ("hand", "wrist", _first)):
            if f"{side}_{role}" in found and not _descends(
                skeleton, found[f"{side}_{role}"], found[f"{side}_{parent}"]
            ):
                del found[f"{side}_{role}"]
            if f"{side}_{role}" not in found:
                index = pick(skeleton, found[f"{side}_{parent}"])
                if index is not None:
                    found[f"{side}_{role}"] = index


def _farthest(skeleton: Skeleton, joint: int) -> int | None:
    below = [j for j in range(joint + 1, len(skeleton)) if _descends(skeleton, j, joint)]
    moved = [j for j in below if abs(skeleton.rest[j] - skeleton.rest[joint]).max() > 1e-4]
    if not moved:
        return None
    return max(moved, key=lambda j: float(((skeleton.rest[j] - skeleton.rest[joint]) ** 2).sum()))


def _first(skeleton: Skeleton, joint: int) -> int | None:
    children = [
        j
        for j, p in enumerate(skeleton.parents)
        if p == joint and abs(skeleton.offsets[j]).max() > 1e-4
    ]
    return children[0] if children else None


def _descends(skeleton: Skeleton, joint: int, ancestor: int) -> bool:
    joint = skeleton.parents[joint]
    while joint >= 0 and joint != ancestor:
        joint = skeleton.parents[joint]
    return joint == ancestor >= 0


def _common(skeleton: Skeleton, joints: list[int]) -> int:
    """The deepest joint that is, or stands above, every one of ``joints``."""
    lines = [path(skeleton, 0, j) for j in joints]
    return [step[0] for step in zip(*lines, strict=False) if len(set(step)) == 1][-1]


def path(skeleton: Skeleton, ancestor: int, joint: int) -> list[int]:
    """Joints from ``ancestor`` down to ``joint``, both included; only ``joint`` and those above it
    when it is not below.
    """
    line = [joint]
    while line[-1] != ancestor and skeleton.parents[line[-1]] >= 0:
        line.append(skeleton.parents[line[-1]])
    return line[::-1]
