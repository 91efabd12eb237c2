"""How a foreign rig's bones sit on ours: one constant rotation per joint, learnt from its motion.

A rig's joint axes and rest pose may be anything (a T-pose, a bundle, legs pointing up). For every
joint there is a constant rotation C, its alignment, with ``world rotation of our joint = world
rotation of theirs @ C``; what bodies do fixes it: knees and elbows are hinges, hips and shoulders
are level lines, a person mostly stands upright, a planted sole is flat.
"""

from collections.abc import Sequence

import numpy as np

from ..geometry.frames import frame_from_axes, mean_local_direction, mean_rotation
from ..geometry.rotations import cross, matrix_from_quat, normalize, quat_between
from ..motion.limbs import HINGE_AXES, LEGS, LIMBS, SIDES, Limb
from ..motion.skeleton import Skeleton
from .foot_rest import rest_height, rest_weights
from .observed_motion import ObservedMotion, observe_proportions

Alignment = dict[str, np.ndarray]  # SMPL joint name -> (3, 3)

_UP = np.array([0.0, 0.0, 1.0])
_LINES_ALIKE = 0.94  # cosine (20 degrees) between a line as seen and as a rest pose has it
_STRAIGHT_HAND = 0.95  # cosine between forearm and hand from which on a rest pose is neutral
_FLAT_SECONDS = 0.3  # seconds of a flat foot from which on a clip tells more than a rest pose
_ALONG_FOREARM = 0.8  # mean cosine from which on a hand's end lies where hands end


def calibrate(
    clips: Sequence[ObservedMotion], skeleton: Skeleton, rest_pose: ObservedMotion | None = None
) -> Alignment:
    """The constant rotation C (3, 3) of every joint in ``clips``, which must share one rig.

    Args:
        clips: some of what was recorded on the rig; the more its joints move, the better.
        skeleton: ours, in T-pose facing -y.
        rest_pose: the rig with every rotation zero. When that is a person standing upright, trunk,
            collars and head are taken from it instead of from how people stand on average.
    """
    observed, ours = _joined(clips), observe_proportions(skeleton)
    rotations = observed.world_rotations
    upright = _upright_weights(observed)

    standing = {} if rest_pose is None else _standing_alignment(rest_pose, ours)
    alignment = _trunk_alignment(observed, ours, upright)
    if not _lines_agree(standing, alignment, ours):
        standing = {}
    alignment |= {name: standing[name] for name in ("pelvis", "spine3") if name in standing}
    pelvis, chest = (rotations[name] @ alignment[name] for name in ("pelvis", "spine3"))

    for limb in LIMBS:
        alignment |= _limb_alignment(observed, ours, pelvis if limb in LEGS else chest, limb)
    for side in SIDES:
        forearm = rotations[f"{side}_elbow"] @ alignment[f"{side}_elbow"]
        alignment |= _foot_alignment(observed, ours, side, pelvis)
        alignment |= _arm_end_alignment(observed, ours, side, chest, forearm)
        if rest_pose is not None and standing:
            alignment |= _rest_ends(observed, ours, rest_pose, alignment, side)

    for name in ("neck", "head"):
        if name in rotations:
            alignment[name] = mean_rotation(_inverse(rotations[name]) @ chest, upright)
    for name in ("neck", "head", "left_collar", "right_collar"):
        if name in rotations and name in standing:
            alignment[name] = standing[name]
    if "neck" in rotations and "head" in rotations:
        alignment["neck"] = _aimed(alignment["neck"], observed, ours, "neck", "head")
    return alignment


def _joined(clips: Sequence[ObservedMotion]) -> ObservedMotion:
    """All frames of all clips, one after the other."""
    first = clips[0]
    positions = {n: np.concatenate([c.positions[n] for c in clips]) for n in first.positions}
    rotations = {
        n: np.concatenate([c.world_rotations[n] for c in clips]) for n in first.world_rotations
    }
    return ObservedMotion(positions, rotations, first.scale, first.fps)


def _upright_weights(observed: ObservedMotion) -> np.ndarray:
    """(T,) near 1 where the trunk is vertical and the thighs hang below it, tiny elsewhere."""
    trunk = normalize(observed.trunk)
    thighs = normalize(
        observed.direction("left_hip", "left_knee") + observed.direction("right_hip", "right_knee")
    )
    straight = np.clip(-(trunk * thighs).sum(-1), 0, 1)

    # Never 0: a clip of somebody who never stands must still give a mean.
    return np.clip(trunk[:, 2], 0, 1) ** 8 * straight**8 + 1e-6


def _trunk_alignment(
    observed: ObservedMotion, ours: ObservedMotion, upright: np.ndarray
) -> Alignment:
    """Pelvis by the line of the hips, chest by that of the shoulders, both by the upright trunk."""
    alignment = {}
    for name, part in (("pelvis", "hip"), ("spine3", "shoulder")):
        rotations = observed.world_rotations[name]
        axis = mean_local_direction(rotations, observed.across(part))
        up = mean_local_direction(rotations, normalize(observed.trunk), upright)
        ours_frame = frame_from_axes(ours.across(part)[0], ours.trunk[0])
        alignment[name] = frame_from_axes(axis, up) @ ours_frame.T
    return alignment


def _lines_agree(standing: Alignment, seen: Alignment, ours: ObservedMotion) -> bool:
    """Whether hips and shoulders lie in their joints' axes as they do in the rest pose."""
    cosines = [
        float((standing[name] @ line) @ (seen[name] @ line))
        for name, part in (("pelvis", "hip"), ("spine3", "shoulder"))
        if name in standing
        for line in [normalize(ours.across(part)[0])]
    ]
    return all(cosine > _LINES_ALIKE for cosine in cosines)


def _standing_alignment(rest_pose: ObservedMotion, ours: ObservedMotion) -> Alignment:
    """Of every joint as a rest pose has it; empty when that is no person who stands."""
    if not _stands_straight(rest_pose):
        return {}
    standing = _standing_frame(rest_pose) @ _standing_frame(ours).T
    return {
        name: _inverse(rotations[0]) @ standing
        for name, rotations in rest_pose.world_rotations.items()
    }


def _stands_straight(rest_pose: ObservedMotion) -> bool:
    """Whether legs are straight and together or a little apart, and arms straight, out or down."""
    trunk = normalize(rest_pose.trunk[0])
    across = normalize(rest_pose.across("hip")[0])
    legs_straight = all(
        float(rest_pose.direction(*bone)[0] @ trunk) < -0.9
        for leg in LEGS
        for bone in (leg[:2], leg[1:])
    )

    arms_straight = True
    for side, outwards in (("left", 1), ("right", -1)):
        upper = rest_pose.direction(f"{side}_shoulder", f"{side}_elbow")[0]
        lower = rest_pose.direction(f"{side}_elbow", f"{side}_wrist")[0]
        straight, raised = float(upper @ lower) > 0.85, float(upper @ trunk) >= 0.5
        arms_straight &= straight and outwards * float(upper @ across) > -0.2 and not raised
    return legs_straight and arms_straight and abs(float(across @ trunk)) < 0.15


def _standing_frame(rest_pose: ObservedMotion) -> np.ndarray:
    """(3, 3) left and up of a standing person."""
    legs = sum(rest_pose.direction(leg.upper, leg.end)[0] for leg in LEGS)
    up = normalize(normalize(rest_pose.trunk[0]) - normalize(legs))
    return frame_from_axes(rest_pose.across("hip")[0], up)


def _limb_alignment(
    observed: ObservedMotion, ours: ObservedMotion, trunk: np.ndarray, limb: Limb
) -> Alignment:
    """Of an upper and a lower limb bone: their direction along the bone, their hinge along ours."""
    hinge = np.array(HINGE_AXES[limb.middle], np.float64)
    axis = _bend_axis(observed, ours, trunk, limb)

    alignment = {}
    for name, end in (limb[:2], limb[1:]):
        rotations = observed.world_rotations[name]
        theirs = frame_from_axes(
            mean_local_direction(rotations, observed.direction(name, end)),
            mean_local_direction(rotations, axis),
        )
        rest_bone = ours.positions[end][0] - ours.positions[name][0]
        alignment[name] = theirs @ frame_from_axes(rest_bone, hinge).T
    return alignment


def _bend_axis(
    observed: ObservedMotion, ours: ObservedMotion, trunk: np.ndarray, limb: Limb
) -> np.ndarray:
    """(T, 3) the axis about which a limb bends, longer where it shows more clearly."""
    first, second = observed.direction(*limb[:2]), observed.direction(*limb[1:])
    fold = cross(first, second)
    sine = np.linalg.norm(fold, axis=-1)
    bend = np.degrees(np.arctan2(sine, (first * second).sum(-1)))
    weight = np.clip((bend - 6) / 14, 0, 1) * np.clip((175 - bend) / 20, 0, 1)

    # Where the limb never bends its hinge is taken as in our rest pose, carried along the bone's
    # least swing.
    rest_bone = ours.positions[limb.middle][0] - ours.positions[limb.upper][0]
    swing = quat_between(
        np.broadcast_to(normalize(rest_bone), first.shape),
        (_inverse(trunk) @ first[..., None])[..., 0],
    )
    hinge = np.array(HINGE_AXES[limb.middle], np.float64)
    guess = (trunk @ matrix_from_quat(swing) @ hinge[:, None])[..., 0]

    if len(fold) == 1:
        # A single pose cannot outvote a knee locked backwards.
        weight = weight * ((fold * guess).sum(-1) > 0)
    return fold / np.maximum(sine, 1e-9)[:, None] * weight[:, None] + 0.02 * guess


def _foot_alignment(
    observed: ObservedMotion, ours: ObservedMotion, side: str, pelvis: np.ndarray
) -> Alignment:
    """Of ankle and toes, by the frames in which the foot stands flat."""
    rotations = observed.world_rotations
    ankle, toe = f"{side}_ankle", f"{side}_foot"
    foot = np.array([0.0, -1.0, 0.0])
    if toe in observed.positions:
        foot = ours.positions[toe][0] - ours.positions[ankle][0]

    flat, level = _flat_foot(observed, side, pelvis)
    ours_level = frame_from_axes(_UP, foot).T
    alignment = {ankle: mean_rotation(_inverse(rotations[ankle]) @ level @ ours_level, flat)}
    if toe in rotations:
        foot_rotations = rotations[ankle] @ alignment[ankle]
        alignment[toe] = mean_rotation(_inverse(rotations[toe]) @ foot_rotations, flat)
    return alignment


def _flat_foot(
    observed: ObservedMotion, side: str, pelvis: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """(T,) near 1 while a foot stands flat, and (T, 3, 3) up and toes ahead of a level foot."""
    ankle = observed.positions[f"{side}_ankle"]
    toe = observed.positions.get(f"{side}_foot")
    ahead = -pelvis[..., 1] if toe is None else toe - ankle
    ahead = normalize(ahead - ahead[:, 2:] * _UP)
    up = np.broadcast_to(_UP, ahead.shape)
    level = np.stack([up, ahead, cross(up, ahead)], -1)

    # A raised heel counts as resting elsewhere; here only the lowest few centimetres do.
    above = ankle[:, 2] - rest_height(ankle, observed.fps)
    weights = np.clip((0.03 - above) / 0.02, 0, 1) * rest_weights(ankle, observed.fps)
    weights = weights * (1 if toe is None else rest_weights(toe, observed.fps))
    return weights + 1e-4 * _upright_weights(observed), level


def _arm_end_alignment(
    observed: ObservedMotion,
    ours: ObservedMotion,
    side: str,
    chest: np.ndarray,
    forearm: np.ndarray,
) -> Alignment:
    """Of collar and wrist, by the chest while the arm hangs and by the forearm."""
    rotations = observed.world_rotations
    wrist, hand = f"{side}_wrist", f"{side}_hand"
    alignment = {}

    collar = f"{side}_collar"
    if collar in rotations:
        arm = observed.direction(f"{side}_shoulder", f"{side}_elbow")[..., None]
        hanging = np.clip(-(_inverse(chest) @ arm)[..., 0][:, 2], 0, 1) ** 2 + 1e-3
        alignment[collar] = mean_rotation(_inverse(rotations[collar]) @ chest, hanging)

    alignment[wrist] = mean_rotation(_inverse(rotations[wrist]) @ forearm, np.ones(len(forearm)))
    if hand in observed.positions:
        # Invented end sites point anywhere; a hand goes on along its forearm on average.
        if _along_forearm(observed, side) > _ALONG_FOREARM:
            alignment[wrist] = _aimed(alignment[wrist], observed, ours, wrist, hand)
    return alignment


def _along_forearm(observed: ObservedMotion, side: str) -> float:
    """Mean cosine between hand and forearm."""
    hand = observed.direction(f"{side}_wrist", f"{side}_hand")
    forearm = observed.direction(f"{side}_elbow", f"{side}_wrist")
    return float((hand * forearm).sum(-1).mean())


def _rest_ends(
    observed: ObservedMotion,
    ours: ObservedMotion,
    rest_pose: ObservedMotion,
    alignment: Alignment,
    side: str,
) -> Alignment:
    """Of a hand and a foot by a rest pose that stands, where a clip may hold them bent."""
    ends = {}
    wrist, hand = f"{side}_wrist", f"{side}_hand"
    if hand in rest_pose.positions:
        straight = _along_forearm(rest_pose, side) > _STRAIGHT_HAND
        if straight and _along_forearm(observed, side) <= _ALONG_FOREARM:
            ends[wrist] = _aimed(alignment[wrist], observed, ours, wrist, hand)

    ankle = observed.positions[f"{side}_ankle"]
    flat, _ = _flat_foot(observed, side, observed.world_rotations["pelvis"])
    if len(ankle) > 1 and flat.sum() / observed.fps < _FLAT_SECONDS:
        pelvis = rest_pose.world_rotations["pelvis"] @ alignment["pelvis"]
        ends |= _foot_alignment(rest_pose, ours, side, pelvis)
    return ends


def _aimed(
    alignment: np.ndarray, observed: ObservedMotion, ours: ObservedMotion, start: str, end: str
) -> np.ndarray:
    """An alignment (3, 3) swung the least way that lays our rest bone along the mean of theirs."""
    rest_bone = ours.positions[end][0] - ours.positions[start][0]
    theirs = mean_local_direction(observed.world_rotations[start], observed.direction(start, end))
    return matrix_from_quat(quat_between(alignment @ rest_bone, theirs)) @ alignment


def _inverse(rotations: np.ndarray) -> np.ndarray:
    return np.swapaxes(rotations, -1, -2)
