"""How true a clip on the house body is to the foreign one it came from: joints and directions.

For data builds: the source has any rig, at its own size. How a dance of the house body went onto a
character, with soles and contacts that only our side knows, is measured by `metrics.transfer`.
"""

from dataclasses import dataclass

import numpy as np

from ..geometry.rotations import normalize
from ..motion.limbs import LIMB_BONES, SIDES
from ..motion.motion import Motion
from ..motion.skeleton import SMPL_NAMES
from .foot_rest import rest_weights
from .joint_heuristics import source_joints
from .observed_motion import ObservedMotion, observe, observe_proportions

_ALONG_FOREARM = 0.8  # mean cosine from which on a hand's end lies where hands end


@dataclass(frozen=True)
class Fidelity:
    """Means over the frames of a clip.

    Attributes:
        joint_error: metres.
        direction_error: degrees between limb bones.
        slide_source, slide: m/s, planar speed of resting ankles and toes, of theirs and of ours;
            NaN where none rests.
    """

    joint_error: float
    direction_error: float
    slide_source: float
    slide: float


def fidelity(source: Motion, result: Motion, scale: float) -> Fidelity:
    """Compare ``result`` (house skeleton) with the ``source`` it was made from, frame by frame.

    The joints to match are the source's carried to our bone lengths: from its scaled mid-hips along
    its hip line, trunk, shoulder line and limb directions, each as long as ours. Sliding is the
    mean planar speed of ankle and toe joints in the frames in which the source's joint is low and
    slow.
    """
    theirs = observe(source, source_joints(source.skeleton), result.skeleton, scale)
    positions = {
        name: result.positions[:, j].astype(np.float64) for j, name in enumerate(SMPL_NAMES)
    }
    ours = ObservedMotion(positions, {}, 1.0, result.fps)

    goals = _at_our_size(theirs, observe_proportions(result.skeleton))
    joint_error = np.mean(
        [np.linalg.norm(positions[name] - goal, axis=-1).mean() for name, goal in goals.items()]
    )
    directions = [(theirs.direction(*bone), ours.direction(*bone)) for bone in _bones(theirs)]
    directions.append((normalize(theirs.trunk), normalize(ours.trunk)))
    direction_error = np.mean([_mean_angle(*pair) for pair in directions])

    return Fidelity(float(joint_error), float(direction_error), *_slides(theirs, ours))


def _at_our_size(theirs: ObservedMotion, rest: ObservedMotion) -> dict[str, np.ndarray]:
    """Where their joints lie, (T, 3) each, when our bones are laid along their directions."""
    length = np.linalg.norm(rest.trunk) / np.median(np.linalg.norm(theirs.trunk, axis=-1))
    middles = {"hip": theirs.mid_hips, "shoulder": theirs.mid_hips + theirs.trunk * length}

    joints: dict[str, np.ndarray] = {}
    for part, middle in middles.items():
        half = normalize(theirs.across(part)) * np.linalg.norm(rest.across(part)) / 2
        joints[f"left_{part}"], joints[f"right_{part}"] = middle + half, middle - half
    for start, end in _bones(theirs):
        if start in joints:
            bone_length = np.linalg.norm(rest.positions[end] - rest.positions[start])
            joints[end] = joints[start] + theirs.direction(start, end) * bone_length
    return joints


def _bones(theirs: ObservedMotion) -> list[tuple[str, str]]:
    """The bones whose direction counts: limbs, neck, and hands that go on along their forearm."""
    bones = list(LIMB_BONES)
    for side in SIDES:
        elbow, wrist, hand = (f"{side}_{part}" for part in ("elbow", "wrist", "hand"))
        if hand in theirs.positions:
            along = theirs.direction(wrist, hand) * theirs.direction(elbow, wrist)
            if along.sum(-1).mean() > _ALONG_FOREARM:
                bones.append((wrist, hand))
    if "neck" in theirs.positions and "head" in theirs.positions:
        bones.append(("neck", "head"))
    return bones


def _mean_angle(a: np.ndarray, b: np.ndarray) -> float:
    """Degrees between unit vectors (T, 3), mean over frames."""
    return np.degrees(np.arccos(np.clip((a * b).sum(-1), -1, 1))).mean()


def _slides(theirs: ObservedMotion, ours: ObservedMotion) -> tuple[float, float]:
    """Mean planar speed (m/s) of ankles and toes, theirs and ours, while theirs rest."""
    speeds: tuple[list[np.ndarray], list[np.ndarray]] = ([], [])
    for name in ("left_ankle", "right_ankle", "left_foot", "right_foot"):
        point = theirs.positions.get(name)
        if point is None or len(point) < 2:
            continue
        rests = rest_weights(point, theirs.fps) > 0.5
        for of_one, positions in zip(speeds, (point, ours.positions[name]), strict=True):
            steps = np.gradient(positions[:, :2], axis=0)
            of_one.append((np.linalg.norm(steps, axis=-1) * theirs.fps)[rests])

    if not any(len(of_foot) for of_foot in speeds[0]):
        return float("nan"), float("nan")
    slide_source, slide = (float(np.concatenate(of_one).mean()) for of_one in speeds)
    return slide_source, slide
