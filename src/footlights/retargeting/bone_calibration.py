"""How a foreign rig's bones sit on the house's: one constant turn per joint, learnt from the motion
itself.

A rig's joint axes and rest pose may be anything (a T-pose, a bundle, legs pointing up). For every
joint there is a constant rotation C with ``world turn of our joint = world turn of theirs @ C``;
what bodies do fixes it: knees and elbows are hinges, hips and shoulders are level lines, a person
mostly stands upright, a planted sole is flat.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..geometry.rotations import cross, matrix_from_quat, normalize, quat_between
from ..motion.motion import Motion
from ..motion.skeleton import SMPL_NAMES, Skeleton, forward_kinematics

# The joint that ends each bone: the bone turns with whatever joint stands directly above that end.
_BONE_END = {"neck": "head"}
for _side in ("left", "right"):
    for _upper, _lower in (
        ("hip", "knee"),
        ("knee", "ankle"),
        ("ankle", "foot"),
        ("collar", "shoulder"),
        ("shoulder", "elbow"),
        ("elbow", "wrist"),
    ):
        _BONE_END[f"{_side}_{_upper}"] = f"{_side}_{_lower}"

# Hinge axes in our rest pose (T-pose facing -y): the shin swings back, the forearm forwards.
HINGES = {
    "left_knee": (1, 0, 0),
    "right_knee": (1, 0, 0),
    "left_elbow": (0, 0, -1),
    "right_elbow": (0, 0, 1),
}
_UP = np.array([0.0, 0.0, 1.0])
LIMBS = tuple(
    (f"{s}_{a}", f"{s}_{b}", f"{s}_{c}")
    for a, b, c in (("hip", "knee", "ankle"), ("shoulder", "elbow", "wrist"))
    for s in ("left", "right")
)


@dataclass(frozen=True)
class Seen:
    """What is looked at of a foreign clip, in our metres.

    Attributes:
        places: SMPL joint name -> (T, 3) world places, scaled by ``scale``.
        turns: SMPL joint name -> (T, 3, 3) world rotation of the bone that begins there.
        scale: our leg over theirs.
        fps: frames a second.
    """

    places: dict[str, np.ndarray]
    turns: dict[str, np.ndarray]
    scale: float
    fps: float

    @property
    def hips(self) -> np.ndarray:
        """(T, 3) the point midway between the hips."""
        return (self.places["left_hip"] + self.places["right_hip"]) / 2

    @property
    def trunk(self) -> np.ndarray:
        """(T, 3) from midway between the hips to midway between the shoulders."""
        return (self.places["left_shoulder"] + self.places["right_shoulder"]) / 2 - self.hips

    def line(self, joint: str) -> np.ndarray:
        """(T, 3) from the right ``joint`` to the left one ("hip", "shoulder")."""
        return self.places[f"left_{joint}"] - self.places[f"right_{joint}"]

    def bone(self, start: str, end: str) -> np.ndarray:
        """(T, 3) unit directions from joint ``start`` to joint ``end``."""
        return normalize(self.places[end] - self.places[start])


def observe(
    motion: Motion, names: dict[str, int], skeleton: Skeleton, scale: float | None = None
) -> Seen:
    """The joints ``names`` of ``motion`` at the size of ``skeleton``; ``scale`` is fitted to the
    leg when not given.
    """
    root = motion.root.astype(np.float64)
    local = matrix_from_quat(motion.rotations.astype(np.float64))
    positions, turned = forward_kinematics(motion.skeleton, root, local)
    if scale is None:
        scale = leg_length(skeleton.rest, {n: skeleton.index(n) for n in SMPL_NAMES}) / leg_length(
            positions, names
        )
    places = {name: positions[:, j] * scale for name, j in names.items()}
    turns = {}
    for name, j in names.items():
        end = names.get(_BONE_END.get(name, ""))
        turns[name] = turned[:, j if end is None else motion.skeleton.parents[end]]
    turns.setdefault("spine3", turns["pelvis"])  # a trunk in one piece
    return Seen(places, turns, float(scale), motion.fps)


def leg_length(places: np.ndarray, names: dict[str, int]) -> float:
    """Median length of hip-knee-ankle in metres of ``places`` (..., J, 3), both legs."""
    total = [
        np.linalg.norm(
            places[..., names[f"{side}_{b}"], :] - places[..., names[f"{side}_{a}"], :], axis=-1
        )
        for side in ("left", "right")
        for a, b in (("hip", "knee"), ("knee", "ankle"))
    ]
    return float(np.median(total[0] + total[1] + total[2] + total[3]) / 2)


def calibrate(
    clips: Sequence[Seen], skeleton: Skeleton, rest_pose: Seen | None = None
) -> dict[str, np.ndarray]:
    """The constant turn C (3, 3) of every joint in ``clips``, which must share one rig.

    ``skeleton`` is ours, in T-pose facing -y. ``rest_pose`` is their rig with every rotation zero:
    when that is a person standing upright, trunk, collars and head are taken from it instead of
    from how people stand on average.
    """
    seen = _together(clips)
    rest = {name: skeleton.rest[skeleton.index(name)].astype(np.float64) for name in SMPL_NAMES}
    ours = Seen({n: p[None] for n, p in rest.items()}, {}, 1.0, 1.0)
    upright = _upright(seen)
    turns = seen.turns
    fit: dict[str, np.ndarray] = {}
    for name, line in (("pelvis", "hip"), ("spine3", "shoulder")):
        axis = _local_mean(turns[name], seen.line(line))
        up = _local_mean(turns[name], normalize(seen.trunk), upright)
        fit[name] = basis(axis, up) @ basis(ours.line(line)[0], ours.trunk[0]).T
    standing = (
        None if rest_pose is None or not _stands(rest_pose) else _frame(rest_pose) @ _frame(ours).T
    )
    if rest_pose is not None and standing is not None:
        fit["pelvis"], fit["spine3"] = (
            _inverse(rest_pose.turns[n][0]) @ standing for n in ("pelvis", "spine3")
        )
    pelvis, chest = turns["pelvis"] @ fit["pelvis"], turns["spine3"] @ fit["spine3"]
    for upper, middle, end in LIMBS:
        trunk = pelvis if "hip" in upper else chest
        fit.update(_limb(seen, rest, trunk, upper, middle, end))
    for side in ("left", "right"):
        _extremities(fit, seen, rest, side, pelvis, chest)
    for name in ("neck", "head"):
        if name in turns:
            fit[name] = mean_rotation(_inverse(turns[name]) @ chest, upright)
    if rest_pose is not None and standing is not None:
        for name in ("neck", "head", "left_collar", "right_collar"):
            if name in turns:
                fit[name] = _inverse(rest_pose.turns[name][0]) @ standing
    if "neck" in turns and "head" in turns:
        fit["neck"] = _aimed(
            fit["neck"], turns["neck"], seen.bone("neck", "head"), rest["head"] - rest["neck"]
        )
    return fit


def _aimed(fit: np.ndarray, turn: np.ndarray, bone: np.ndarray, ours: np.ndarray) -> np.ndarray:
    """``fit`` (3, 3) turned by the least swing that lays our rest ``bone`` (3,) along the mean of
    theirs.
    """
    swing = quat_between(fit @ ours, _local_mean(turn, bone))
    return matrix_from_quat(swing) @ fit


def rest_pose(skeleton: Skeleton, names: dict[str, int]) -> Seen:
    """A rig as it stands, or lies bundled, when every rotation is zero."""
    rotations = np.zeros((1, len(skeleton), 4))
    rotations[..., 0] = 1
    return observe(Motion(np.zeros((1, 3)), rotations, 30.0, skeleton), names, skeleton, 1.0)


def _stands(rest: Seen) -> bool:
    """Whether a rest pose is a person standing straight, legs together or a little apart, arms out
    or down.
    """
    trunk = normalize(rest.trunk[0])
    legs = [
        rest.bone(f"{s}_{a}", f"{s}_{b}")[0]
        for s in ("left", "right")
        for a, b in (("hip", "knee"), ("knee", "ankle"))
    ]
    straight = all(float(bone @ trunk) < -0.9 for bone in legs)
    across = normalize(rest.line("hip")[0])
    arms = []
    for side, sign in (("left", 1), ("right", -1)):
        upper, lower = (
            rest.bone(f"{side}_shoulder", f"{side}_elbow")[0],
            rest.bone(f"{side}_elbow", f"{side}_wrist")[0],
        )
        arms.append(
            float(upper @ lower) > 0.85
            and sign * float(upper @ across) > -0.2
            and float(upper @ trunk) < 0.5
        )
    return straight and all(arms) and abs(float(across @ trunk)) < 0.15


def _frame(rest: Seen) -> np.ndarray:
    """(3, 3) left and up of a standing person."""
    legs = sum(rest.bone(f"{s}_hip", f"{s}_ankle")[0] for s in ("left", "right"))
    return basis(rest.line("hip")[0], normalize(normalize(rest.trunk[0]) - normalize(legs)))


def _together(clips: Sequence[Seen]) -> Seen:
    first = clips[0]
    places = {n: np.concatenate([c.places[n] for c in clips]) for n in first.places}
    turns = {n: np.concatenate([c.turns[n] for c in clips]) for n in first.turns}
    return Seen(places, turns, first.scale, first.fps)


def _upright(seen: Seen) -> np.ndarray:
    """(T,) weights near 1 where the trunk is vertical and the thighs hang below it, tiny but never
    0 elsewhere.
    """
    trunk = normalize(seen.trunk)
    thighs = normalize(seen.bone("left_hip", "left_knee") + seen.bone("right_hip", "right_knee"))
    straight = np.clip(-(trunk * thighs).sum(-1), 0, 1)
    return np.clip(trunk[:, 2], 0, 1) ** 8 * straight**8 + 1e-6


def _limb(
    seen: Seen, rest: dict[str, np.ndarray], trunk: np.ndarray, upper: str, middle: str, end: str
) -> dict[str, np.ndarray]:
    """C of an upper and a lower limb bone: their direction along the bone, their hinge along ours."""
    first, second = seen.bone(upper, middle), seen.bone(middle, end)
    hinge = np.array(HINGES[middle], np.float64)
    ours = rest[middle] - rest[upper], rest[end] - rest[middle]
    fold = cross(first, second)
    sine = np.linalg.norm(fold, axis=-1)
    bend = np.degrees(np.arctan2(sine, (first * second).sum(-1)))
    weight = np.clip((bend - 6) / 14, 0, 1) * np.clip((175 - bend) / 20, 0, 1)
    # Where the limb never bends its hinge is taken as in our rest pose, carried along the bone's
    # least swing.
    swing = quat_between(
        np.broadcast_to(normalize(ours[0]), first.shape),
        (_inverse(trunk) @ first[..., None])[..., 0],
    )
    guess = (trunk @ matrix_from_quat(swing) @ hinge[:, None])[..., 0]
    if len(fold) == 1:
        weight = weight * (
            (fold * guess).sum(-1) > 0
        )  # a single pose cannot outvote a knee locked backwards
    axis = fold / np.maximum(sine, 1e-9)[:, None] * weight[:, None] + 0.02 * guess
    result = {}
    for name, bone, rest_bone in ((upper, first, ours[0]), (middle, second, ours[1])):
        turn = seen.turns[name]
        result[name] = (
            basis(_local_mean(turn, bone), _local_mean(turn, axis)) @ basis(rest_bone, hinge).T
        )
    return result


def _extremities(
    fit: dict[str, np.ndarray],
    seen: Seen,
    rest: dict[str, np.ndarray],
    side: str,
    pelvis: np.ndarray,
    chest: np.ndarray,
) -> None:
    """C of foot, toes, collar and hand of one side, added to ``fit``."""
    turns = seen.turns
    ankle, toe, collar, wrist = (f"{side}_{n}" for n in ("ankle", "foot", "collar", "wrist"))
    ours = rest[toe] - rest[ankle] if toe in seen.places else np.array([0.0, -1.0, 0.0])
    planted, level = flat_foot(seen, side, pelvis)
    fit[ankle] = mean_rotation(_inverse(turns[ankle]) @ level @ basis(_UP, ours).T, planted)
    if toe in turns:
        fit[toe] = mean_rotation(_inverse(turns[toe]) @ (turns[ankle] @ fit[ankle]), planted)
    if collar in turns:
        arm = (_inverse(chest) @ seen.bone(f"{side}_shoulder", f"{side}_elbow")[..., None])[..., 0]
        hanging = np.clip(-arm[:, 2], 0, 1) ** 2 + 1e-3
        fit[collar] = mean_rotation(_inverse(turns[collar]) @ chest, hanging)
    forearm = turns[f"{side}_elbow"] @ fit[f"{side}_elbow"]
    fit[wrist] = mean_rotation(_inverse(turns[wrist]) @ forearm, np.ones(len(forearm)))
    hand = f"{side}_hand"
    if hand in seen.places:
        bone = seen.bone(wrist, hand)
        # Invented end sites point anywhere; a hand goes on along its forearm on average.
        if (bone * seen.bone(f"{side}_elbow", wrist)).sum(-1).mean() > 0.8:
            fit[wrist] = _aimed(fit[wrist], turns[wrist], bone, rest[hand] - rest[wrist])


def flat_foot(seen: Seen, side: str, pelvis: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(T,) weights near 1 while the foot stands flat, and (T, 3, 3) up and toes ahead of a level
    foot.
    """
    ankle = seen.places[f"{side}_ankle"]
    toe = seen.places.get(f"{side}_foot")
    ahead = -pelvis[..., 1] if toe is None else toe - ankle
    ahead = normalize(ahead - ahead[:, 2:] * _UP)
    up = np.broadcast_to(_UP, ahead.shape)
    level = np.stack([up, ahead, cross(up, ahead)], -1)
    # A raised heel counts as resting elsewhere; here only the lowest few centimetres do.
    weight = np.clip((0.03 - (ankle[:, 2] - ground_of(ankle, seen.fps))) / 0.02, 0, 1) * resting(
        ankle, seen.fps
    )
    weight = weight * (1 if toe is None else resting(toe, seen.fps))
    return weight + 1e-4 * _upright(seen), level


def resting(place: np.ndarray, fps: float, speed: float = 0.35, height: float = 0.10) -> np.ndarray:
    """(T,) from 1 where a point (T, 3) is low and slow to 0 where it is not, soft in both (m/s,
    m).
    """
    above = place[:, 2] - ground_of(place, fps)
    slow = np.clip((speed - _speed(place, fps)) / (speed - 0.12), 0, 1)
    return slow * np.clip((height - above) / (height - 0.03), 0, 1)


def ground_of(place: np.ndarray, fps: float) -> float:
    """The height (m) at which a point (T, 3) of a foot rests: low among the frames in which it
    hardly moves.
    """
    moved = _speed(place, fps)
    return float(np.quantile(place[moved <= max(0.15, float(np.quantile(moved, 0.1))), 2], 0.1))


def _speed(place: np.ndarray, fps: float) -> np.ndarray:
    return (
        np.linalg.norm(np.gradient(place, axis=0), axis=-1) * fps
        if len(place) > 1
        else np.zeros(len(place))
    )


def basis(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """(3, 3) rotation whose first column is along ``first``; ``second`` (3,) lies in the plane of
    columns one and two.
    """
    a = normalize(first)
    c = normalize(cross(a, second))
    return np.stack([a, cross(c, a), c], -1)


def mean_rotation(rotations: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The rotation (3, 3) nearest to the weighted sum of ``rotations`` (T, 3, 3) (orthogonal
    Procrustes).
    """
    u, _, vt = np.linalg.svd(np.einsum("t,tij->ij", weights, rotations))
    return u @ np.diag([1.0, 1.0, np.linalg.det(u @ vt)]) @ vt


def _local_mean(
    turn: np.ndarray, direction: np.ndarray, weights: np.ndarray | None = None
) -> np.ndarray:
    """(3,) unit mean of world ``direction`` (T, 3) as seen from frames ``turn`` (T, 3, 3)."""
    local = np.einsum("tji,tj->ti", turn, direction)
    return normalize(local.sum(0) if weights is None else weights @ local)


def _inverse(m: np.ndarray) -> np.ndarray:
    return np.swapaxes(m, -1, -2)
