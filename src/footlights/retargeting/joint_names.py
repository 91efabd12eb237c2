"""Whose joint is whose, by names: joints of any humanoid skeleton found on the house's 24."""

import re
from collections.abc import Callable

from ..basics.errors import FootlightsError
from ..motion.limbs import SIDES
from ..motion.skeleton import Skeleton

# For each role the words riggers use, best first. A word may serve two roles ("foot" is the ankle
# of one rig and the toe joint of another); the earlier role that is found takes it.
_SIDED_WORDS: dict[str, tuple[str, ...]] = {
    "ankle": ("ankle", "ankleroll", "foot"),
    "knee": ("knee", "shin", "calf", "lowerleg", "tibia", "leg"),
    "hip": ("upleg", "thigh", "upperleg", "femur", "hiproll", "hip"),
    "wrist": ("wrist", "wristroll", "hand", "wristyaw"),
    "elbow": ("elbow", "forearm", "lowerarm", "farm", "radius"),
    "shoulder": (
        *("upperarm", "uparm", "uarm", "shldr", "humerus"),
        *("arm", "shoulderpitch", "shoulderroll", "shoulder"),
    ),
    "collar": ("collar", "clavicle", "shoulder"),
    "foot": ("toebase", "toes", "toe", "ball", "toe0", "foot"),
    "hand": (
        *("mid1", "middle1", "handmiddle1", "middle01", "handmid1"),
        *("index1", "handindex1", "fingerbase", "knuckle", "hand"),
    ),
}
_CENTRAL_WORDS = {
    "head": ("head",),
    "neck": ("neck", "lowerneck", "neck1", "neck01", "necktwist01"),
}
# The role that must hang below a role: a knee is one from which the ankle hangs.
_BELOW = {
    "knee": "ankle",
    "hip": "knee",
    "elbow": "wrist",
    "shoulder": "elbow",
    "collar": "shoulder",
}
REQUIRED_JOINTS = tuple(
    f"{side}_{role}"
    for role in ("hip", "knee", "ankle", "shoulder", "elbow", "wrist")
    for side in SIDES
)

# How names tell a side: pattern, the group of the side, the group of the word.
_ASF_WORDS = "hipjoint|hip|femur|tibia|foot|toes|clavicle|humerus|radius|wrist|hand|fingers|thumb"
_SIDE_PATTERNS = (
    (re.compile(r"(?i:(left|right))[_. -]?(.+)$"), 1, 2),
    (re.compile(r"([lrLR])(?:[_. -]|(?=[A-Z]))(.+)$"), 1, 2),
    (re.compile(r"(.+?)[_. -]?(?i:(left|right))$"), 2, 1),
    (re.compile(r"(.+?)[_. -]([lrLR])$"), 2, 1),
    (re.compile(rf"([lr])({_ASF_WORDS})$"), 1, 2),
)
_PREFIXES = re.compile(
    r"^(?:.*:|mixamorig\d*_?|cc_base_|character\d*_|bip\d*[ _]|rig_|def-|bone_|joint_|smplx?_"
    r"|[fm]_avg_)",
    re.IGNORECASE,
)
_SUFFIXES = re.compile(r"_(?:link|jnt|joint|bone)$", re.IGNORECASE)


def joint_map(skeleton: Skeleton) -> dict[str, int]:
    """Index of the joint that stands for each of the 24 SMPL joints a skeleton has, by SMPL name.

    Knows the vocabularies of SMPL, Mixamo, CMU (ASF and BVH), Rokoko, Xsens, Character Creator,
    Blender, Poser and the Unitree G1 robot. The pelvis and the spine are found by hierarchy, since
    "spine" and "chest" mean other joints on every rig; collars, neck, head, toes and hands may be
    absent.

    Raises:
        FootlightsError: a hip, knee, ankle, shoulder, elbow or wrist cannot be found; the missing
            ones are listed.
    """
    words = [_side_and_word(name) for name in skeleton.names]
    joints = _limb_joints(skeleton, words)
    missing = [name for name in REQUIRED_JOINTS if name not in joints]
    if missing:
        shown = ", ".join(skeleton.names[:12]) + (", ..." if len(skeleton) > 12 else "")
        what = f"these joints were not found by name: {', '.join(missing)}"
        raise FootlightsError(what, "skeleton", f"rename the joints; it has {shown}")

    for role, aliases in _CENTRAL_WORDS.items():
        central = [words.index(("", alias)) for alias in aliases if ("", alias) in words]
        if central:
            joints[role] = central[0]
    return complete_joint_map(skeleton, joints)


def complete_joint_map(skeleton: Skeleton, joints: dict[str, int]) -> dict[str, int]:
    """The map ``joints`` of limbs with what the tree tells of pelvis, spine, toes and hands."""
    return _with_ends(skeleton, joints | _trunk_joints(skeleton, joints))


def _side_and_word(name: str) -> tuple[str, str]:
    """("left", "upleg") of "mixamorig:LeftUpLeg"; the side is "" in the middle."""
    bare = _SUFFIXES.sub("", _PREFIXES.sub("", name))
    for pattern, side_group, word_group in _SIDE_PATTERNS:
        match = pattern.match(bare)
        if match:
            side = {"l": "left", "r": "right"}[match.group(side_group)[0].lower()]
            return side, _letters(match.group(word_group))
    return "", _letters(bare)


def _letters(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


def _limb_joints(skeleton: Skeleton, words: list[tuple[str, str]]) -> dict[str, int]:
    """Sided roles found by word; no joint serves two roles."""
    joints: dict[str, int] = {}
    for side in SIDES:
        for role, aliases in _SIDED_WORDS.items():
            below = joints.get(f"{side}_{_BELOW.get(role, '')}")
            above = range(len(words)) if below is None else skeleton.chain(0, below)[:-1]
            free = [j for j in above if j not in joints.values()]
            fits = [j for alias in aliases for j in free if words[j] == (side, alias)]
            if fits:
                joints[f"{side}_{role}"] = fits[0]
    return joints


def _trunk_joints(skeleton: Skeleton, joints: dict[str, int]) -> dict[str, int]:
    """Pelvis and spine: the pelvis carries hips and shoulders, the chest both shoulders."""
    hips = [joints["left_hip"], joints["right_hip"]]
    shoulders = [joints["left_shoulder"], joints["right_shoulder"]]
    pelvis, chest = _common(skeleton, hips + shoulders), _common(skeleton, shoulders)

    trunk = {"pelvis": pelvis}
    spine = skeleton.chain(pelvis, chest)[1:]
    if spine:
        trunk["spine3"] = spine[-1]
    if len(spine) >= 2:
        trunk["spine1"] = spine[0]
    if len(spine) >= 3:
        trunk["spine2"] = spine[(len(spine) - 1) // 2]
    return trunk


def _common(skeleton: Skeleton, joints: list[int]) -> int:
    """The deepest joint that is, or stands above, every one of ``joints``."""
    chains = [skeleton.chain(0, joint) for joint in joints]
    return [step[0] for step in zip(*chains, strict=False) if len(set(step)) == 1][-1]


def _with_ends(skeleton: Skeleton, joints: dict[str, int]) -> dict[str, int]:
    """``joints`` with toes and hands: those below their ankle or wrist, else found by the tree."""
    ends: tuple[tuple[str, str, Callable[[Skeleton, int], int | None]], ...] = (
        ("foot", "ankle", _farthest_below),
        ("hand", "wrist", _first_child),
    )
    joints = dict(joints)
    for side in SIDES:
        for role, parent, pick in ends:
            end, above = f"{side}_{role}", joints[f"{side}_{parent}"]
            if end in joints and not _descends(skeleton, joints[end], above):
                del joints[end]
            if end not in joints and (picked := pick(skeleton, above)) is not None:
                joints[end] = picked
    return joints


def _farthest_below(skeleton: Skeleton, joint: int) -> int | None:
    below = [j for j in range(joint + 1, len(skeleton)) if _descends(skeleton, j, joint)]
    apart = {j: skeleton.rest[j] - skeleton.rest[joint] for j in below}
    elsewhere = [j for j in below if abs(apart[j]).max() > 1e-4]
    return max(elsewhere, key=lambda j: float((apart[j] ** 2).sum()), default=None)


def _first_child(skeleton: Skeleton, joint: int) -> int | None:
    children = (j for j, parent in enumerate(skeleton.parents) if parent == joint)
    return next((j for j in children if abs(skeleton.offsets[j]).max() > 1e-4), None)


def _descends(skeleton: Skeleton, joint: int, ancestor: int) -> bool:
    return joint != ancestor and skeleton.chain(ancestor, joint)[0] == ancestor
