"""A character's skeleton as the solver sees it: its twin in the house's T-pose, and how each of its
joints sits on the twin.

The twin has SMPL's 24 joints and the character's own bone lengths, so the solver needs to know one
rest pose only; its turns are then put back on the character's joints, twist bones and extra spine
bones included.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np

from ..basics.errors import FootlightsError
from ..geometry.rotations import (
    cross,
    matrix_from_quat,
    normalize,
    quat_between,
    quat_from_matrix,
    quat_from_rotvec,
    slerp,
    transpose,
)
from ..motion.body import Body
from ..motion.motion import Motion
from ..motion.skeleton import SMPL24, SMPL_NAMES, SMPL_PARENTS, Skeleton, local_from_world
from .bone_calibration import Seen, calibrate, leg_length, mean_rotation, observe, rest_pose
from .joint_heuristics import find_joints
from .joint_names import path
from .twist import swing_and_twist

_TWISTING = re.compile(r"twist|roll", re.IGNORECASE)
# The bones along which twist joints lie: their start, their end, and whether it is the start's own
# twist that is shared.
_TWISTED = tuple(
    (f"{side}_{start}", f"{side}_{end}", own)
    for side in ("left", "right")
    for start, end, own in (
        ("shoulder", "elbow", True),
        ("elbow", "wrist", False),
        ("hip", "knee", True),
        ("knee", "ankle", False),
    )
)
_ANKLES, _TOES = (7, 8), (10, 11)
_STANDING = {
    "foot": (0.005, 0.12),
    "ankle": (0.03, 0.2),
}  # heights of feet that stand, of a grown person, metres
_SOLE_NAMES = ("left_ankle", "left_foot", "right_ankle", "right_foot")
_SLENDER = (
    "spine1",
    "spine2",
    "neck",
)  # on them hangs nothing of ours but what comes next: they may be swung
_TRUNK = ("pelvis", "spine1", "spine2", "spine3", "neck", "head")


@dataclass(frozen=True, eq=False)
class Rig:
    """A character to be moved.

    Attributes:
        skeleton: its own J joints; all rotations zero is its rest pose.
        joints: SMPL joint name -> index of its joint.
        twin: 24 joints in T-pose facing -y, standing on z = 0, with its proportions, and legs as
            long as the house's.
        size: the character's length of a leg over the twin's.
        fit: SMPL joint name -> (3, 3) turn of the twin's joint while the character is at rest.
        soles: (4, K, 3) corners of heels and toes in the frames of the twin's ankles and toes, as
            ``Body.sole_points``.
    """

    skeleton: Skeleton
    joints: dict[str, int]
    twin: Skeleton
    fit: dict[str, np.ndarray]
    soles: np.ndarray
    size: float

    @staticmethod
    def of(
        skeleton: Skeleton,
        joints: Mapping[str, int] | None = None,
        clip: Motion | None = None,
        floor: float | None = None,
    ) -> "Rig":
        """The character with this skeleton.

        Args:
            skeleton: any humanoid whose rest pose stands on its feet (T-pose, A-pose, arms down),
                or any with a ``clip``.
            joints: SMPL joint name -> index; found by names and shape when None.
            clip: a motion on it, which tells how it stands when its rest pose is none (zero angles
                of some BVH files).
            floor: height of the floor under its rest pose, m; found when None.

        Raises:
            FootlightsError: joints are missing, legs have no length, or neither rest pose nor clip
                stands.
        """
        if skeleton == SMPL24 and joints is None:
            return house()
        found = dict(find_joints(skeleton) if joints is None else joints)
        rest = rest_pose(skeleton, found)
        size = leg_length(skeleton.rest.astype(np.float64), found) / leg_length(
            SMPL24.rest, house().joints
        )
        if size < 1e-3:
            raise FootlightsError("the legs of this rig have no length", "rig", "check its joints")
        seen = rest if _stands_up(rest) else _standing(clip, found)
        fit = calibrate([seen], SMPL24, rest)
        fit |= _spine(seen, fit)
        twin = _twin(skeleton, found, fit, size, floor)
        return Rig(skeleton, found, twin, fit, _soles(twin.rest.astype(np.float64)), size)

    @property
    def absent(self) -> frozenset[str]:
        """SMPL joints that the character does not have: their twins turn with what carries them."""
        return frozenset(SMPL_NAMES) - self.joints.keys()

    def motion(self, root: np.ndarray, turns: np.ndarray, source: Motion) -> Motion:
        """The twin's root path (T, 3) and world turns (T, 24, 3, 3) on the character's own joints,
        at the rate of ``source``.

        Joints above the pelvis only travel; those that stand for nothing of ours keep their rest
        angle, but spine and neck bones between two of ours share their bend, and twist bones take
        their share of the twist along their limb.
        """
        world = self._world(turns)
        pelvis = self.joints["pelvis"]
        rest = self.skeleton.rest.astype(np.float64)
        local = local_from_world(self.skeleton, world)
        rotations = quat_from_matrix(local)
        moved = Motion(
            self.size * root - (rest[pelvis] - rest[0]),
            rotations,
            source.fps,
            self.skeleton,
            source.contacts,
            source.meta,
        )
        return moved.continuous()

    def soles_of(self, motion: Motion) -> np.ndarray:
        """(T, 4, K, 3) places of the corners of heels and toes of a motion on this rig, metres."""
        places, world = motion.kinematics()
        corners = []
        for part, name in enumerate(_SOLE_NAMES):
            joint = name if name in self.joints else name.replace("foot", "ankle")
            turn = world[:, self.joints[joint]] @ self.fit[joint]
            lever = self.soles[part] + (
                0 if joint == name else self.twin.offsets[self.twin.index(name)]
            )
            corners.append(
                places[:, self.joints[joint], None]
                + self.size * np.einsum("tab,kb->tka", turn, lever)
            )
        return np.stack(corners, 1)

    def _world(self, turns: np.ndarray) -> np.ndarray:
        """(T, J, 3, 3) turn of every joint of the character against its rest pose."""
        given = {
            j: turns[:, SMPL_NAMES.index(name)] @ self.fit[name].T
            for name, j in self.joints.items()
            if name in self.fit
        }
        given |= dict.fromkeys(path(self.skeleton, 0, self.joints["pelvis"])[:-1], np.eye(3))
        given |= self._between(given)
        return self._filled(given | self._twists(self._filled(given, len(turns))), len(turns))

    def _filled(self, given: dict[int, np.ndarray], frames: int) -> np.ndarray:
        """(T, J, 3, 3): joints that are not ``given`` turn with their parents."""
        world = np.empty((frames, len(self.skeleton), 3, 3))
        for j, parent in enumerate(self.skeleton.parents):
            world[:, j] = given[j] if j in given else world[:, parent]
        return world

    def _between(self, given: dict[int, np.ndarray]) -> dict[int, np.ndarray]:
        """Spine and neck bones between two of ours, turned in equal steps from the one to the
        other.
        """
        found: dict[int, np.ndarray] = {}
        line = [self.joints[n] for n in _TRUNK if n in self.joints]
        for low, high in pairwise(line):
            between = path(self.skeleton, low, high)
            if between[0] != low or len(between) < 3 or self._forks(between):
                continue
            found |= self._bent(between, given[low], given[high])
        return found

    def _bent(self, line: list[int], low: np.ndarray, high: np.ndarray) -> dict[int, np.ndarray]:
        """Turns of the bones of a line from its first joint on, bent evenly from ``low`` to
        ``high``, its end kept in place.
        """
        ends = quat_from_matrix(low), quat_from_matrix(high)
        steps = [np.full(len(low), step / (len(line) - 1)) for step in range(len(line) - 1)]
        turns = [matrix_from_quat(slerp(*ends, step)) for step in steps]
        rest = self.skeleton.rest.astype(np.float64)
        if line[0] not in [self.joints.get(n) for n in _SLENDER]:
            return dict(zip(line[1:-1], turns[1:], strict=True))
        straight = low @ (rest[line[-1]] - rest[line[0]])
        bent = sum(
            turn @ (rest[b] - rest[a]) for turn, (a, b) in zip(turns, pairwise(line), strict=True)
        )
        swing = matrix_from_quat(quat_between(bent, straight))
        return dict(zip(line[:-1], [swing @ turn for turn in turns], strict=True))

    def _forks(self, between: list[int]) -> bool:
        """Whether other joints of ours hang on the bones between, which must then stay where the
        solver had them.
        """
        inner = set(between[1:-1])
        ours = [j for j in self.joints.values() if j not in between]
        return any(
            inner & set(path(self.skeleton, 0, j)) and between[-1] not in path(self.skeleton, 0, j)
            for j in ours
        )

    def _twists(self, world: np.ndarray) -> dict[int, np.ndarray]:
        """Twist bones along a limb bone, turned by the part of the twist that belongs where they
        lie.
        """
        rest = self.skeleton.rest.astype(np.float64)
        found = {}
        for start, end, own in _TWISTED:
            first, last = self.joints[start], self.joints[end]
            bone = rest[last] - rest[first]
            joints = [j for j in self._hanging(first, last) if self._lies_along(j, first, bone)]
            if not joints:
                continue
            axis = normalize(bone)
            carrier, joint = (self.skeleton.parents[first], first) if own else (first, last)
            _, twist = swing_and_twist(transpose(world[:, carrier]) @ world[:, joint], axis)
            for j in joints:
                share = float(np.clip((rest[j] - rest[first]) @ bone / (bone @ bone), 0, 1)) - own
                found[j] = world[:, first] @ matrix_from_quat(
                    quat_from_rotvec((share * twist)[:, None] * axis)
                )
        return found

    def _lies_along(self, joint: int, first: int, bone: np.ndarray) -> bool:
        """Whether a joint is called a twist bone and lies on the bone: robots have links of such
        names beside it.
        """
        beside = np.linalg.norm(
            cross(self.skeleton.rest[joint] - self.skeleton.rest[first], normalize(bone))
        )
        return bool(
            _TWISTING.search(self.skeleton.names[joint])
        ) and beside < 0.05 * np.linalg.norm(bone)

    def _hanging(self, first: int, last: int) -> list[int]:
        """Joints that stand for nothing of ours and whose nearest of ours above them is ``first``,
        the end ``last`` aside.
        """
        ours = set(self.joints.values())
        found = []
        for j in range(first + 1, len(self.skeleton)):
            line = path(self.skeleton, first, j)
            if line[0] == first and j != last and not ours & set(line[1:]):
                found.append(j)
        return found


@cache
def house() -> Rig:
    """The house body as a rig: its twin is itself."""
    fit = {name: np.eye(3) for name in SMPL_NAMES}
    return Rig(
        SMPL24,
        {name: j for j, name in enumerate(SMPL_NAMES)},
        SMPL24,
        fit,
        Body.load().sole_points,
        1.0,
    )


def _stands_up(seen: Seen) -> bool:
    """Whether a rest pose stands: trunk up, thighs and shins down, hips and shoulders apart and
    level.
    """
    down = [
        seen.bone(f"{s}_{a}", f"{s}_{b}")[0, 2]
        for s in ("left", "right")
        for a, b in (("hip", "knee"), ("knee", "ankle"))
    ]
    level = [abs(normalize(seen.line(joint))[0, 2]) for joint in ("hip", "shoulder")]
    return bool(normalize(seen.trunk)[0, 2] > 0.85 and max(down) < -0.8 and max(level) < 0.3)


def _standing(clip: Motion | None, joints: Mapping[str, int]) -> Seen:
    if clip is None or len(clip) < 2:
        raise FootlightsError(
            "the rest pose of this rig does not stand on its feet",
            "rig",
            "export it in T-pose or A-pose",
        )
    return observe(clip, dict(joints), SMPL24)


def _spine(seen: Seen, fit: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Turns of the lower spine joints: while the rig stands they lie between pelvis and chest."""
    pelvis, chest = (
        quat_from_matrix(seen.turns[name] @ fit[name]) for name in ("pelvis", "spine3")
    )
    found = {}
    for name, share in (("spine1", 1 / 3), ("spine2", 2 / 3)):
        if name in seen.turns:
            ours = matrix_from_quat(slerp(pelvis, chest, np.full(len(pelvis), share)))
            found[name] = mean_rotation(transpose(seen.turns[name]) @ ours, np.ones(len(ours)))
    return found


def _twin(
    skeleton: Skeleton,
    joints: Mapping[str, int],
    fit: Mapping[str, np.ndarray],
    size: float,
    floor: float | None,
) -> Skeleton:
    """The character's bones over ``size`` in the frames of our joints, standing on z = 0."""
    rest = skeleton.rest.astype(np.float64) / size
    offsets = np.zeros((24, 3))
    carrier = dict.fromkeys(SMPL_NAMES, "pelvis")
    for j, name in enumerate(SMPL_NAMES[1:], 1):
        above = SMPL_NAMES[SMPL_PARENTS[j]]
        carrier[name] = above = above if above in joints else carrier[above]
        if name in joints:
            offsets[j] = fit[above].T @ (rest[joints[name]] - rest[joints[above]])
        elif name.endswith("_foot"):
            offsets[j] = SMPL24.offsets[j]
    feet = [name for name in ("left_foot", "right_foot") if name in joints] or [
        "left_ankle",
        "right_ankle",
    ]
    high = float(np.mean([rest[joints[name], 2] for name in feet]))
    standing = Skeleton(SMPL_NAMES, SMPL_PARENTS, offsets)
    if floor is None:
        offsets[0, 2] = -_floor(standing, feet, high)
    else:
        offsets[0, 2] = (
            high
            - floor / size
            - float(np.mean([standing.rest[standing.index(name), 2] for name in feet]))
        )
    return Skeleton(SMPL_NAMES, SMPL_PARENTS, offsets)


def _floor(twin: Skeleton, feet: list[str], above: float) -> float:
    """Height of the floor below a twin whose ``feet`` the character's file has ``above`` z = 0.

    A file made with care stands on z = 0, soles of any thickness included. Where it cannot (z = 0
    at the hips, or deep below), the floor is as far below the toe joints as below ours, or as near
    as the ankles allow.
    """
    low, high = _STANDING[feet[0].removeprefix("left_").removeprefix("right_")]
    if low < above < high:
        return float(twin.rest[[twin.index(name) for name in feet], 2].mean()) - above
    heights = [
        skeleton.rest[[list(_ANKLES), list(_TOES)], 2].mean(1) for skeleton in (twin, SMPL24)
    ]
    (ankle, toe), (our_ankle, our_toe) = heights
    return float(min(toe - our_toe, ankle - 0.6 * our_ankle))


def _soles(rest: np.ndarray) -> np.ndarray:
    """The house's soles (4, K, 3), as long as the feet of a twin at ``rest`` (24, 3), on its
    floor.
    """
    body, ours = Body.load(), SMPL24.rest.astype(np.float64)
    points = body.sole_points.astype(np.float64)
    for part, joint in enumerate(body.sole_joints):
        ankle, toe = _ANKLES[part // 2], _TOES[part // 2]
        lengths = [np.linalg.norm((places[toe] - places[ankle])[:2]) for places in (rest, ours)]
        points[part, :, 1] *= lengths[0] / lengths[1]
        points[part, :, 2] += ours[joint, 2] - rest[joint, 2]
    return points
