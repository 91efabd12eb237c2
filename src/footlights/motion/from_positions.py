"""A motion from nothing but where SMPL's joints are: inverse kinematics, joint by joint.

A joint that carries several turns so that all of them lie as near as can be to where they are; one
that carries a single one points at it. How a thigh or an upper arm turns about itself is told by
the plane in which knee or elbow bends. Nothing tells how what ends a limb turns about itself: it
turns with what carries it.
"""

import numpy as np

from ..geometry.rotations import (
    cross,
    hemisphere,
    matrix_from_quat,
    normalize,
    quat_between,
    quat_conj,
    quat_from_matrix,
    quat_from_rotvec,
    quat_mul,
    transpose,
)
from ..geometry.signals import gaussian_smoothed, smoothstep
from .limbs import HINGE_AXES, LIMBS
from .motion import Motion
from .skeleton import SMPL_NAMES, SMPL_PARENTS, Skeleton

_ROUNDS = 3  # of measuring bones and turning what carries them
_MEASURED = 2000  # frames of which bones are measured
_BLOCK = 8192  # frames worked on at once
_BENT = (0.1, 0.4)  # sine of a bend from which its plane is a little, and wholly, believed
_SMOOTH = 0.2  # seconds over which the plane of a limb that is straight is told by its neighbours
_FAINT = 1e-3  # against which no bend at all is no twist at all

_MIDDLES = {SMPL_NAMES.index(limb.upper): SMPL_NAMES.index(limb.middle) for limb in LIMBS}
_HINGES = {
    SMPL_NAMES.index(limb.middle): np.array(HINGE_AXES[limb.middle], np.float64) for limb in LIMBS
}


def motion_from_positions(positions: np.ndarray, fps: float, template: Skeleton) -> Motion:
    """The motion of SMPL's 24 joints whose joints are at ``positions``, as far as they are rigid.

    Args:
        positions: (T, 22 or 24, 3) metres, z up, in SMPL's order; hands are the template's where
            there are but 22.
        fps: frames a second.
        template: a body of the 24 joints in the house's rest pose, which gives its bones their
            directions; their lengths are the medians of those in ``positions``.

    Returns:
        On a skeleton of its own, whose feet rest on z = 0.
    """
    offsets = measured_offsets(positions, template)
    rotations = np.zeros((len(positions), len(SMPL_NAMES), 4), np.float32)
    rotations[..., 0] = 1

    # In blocks, which know of their neighbours what smoothing looks at: the doubles of a long clip
    # never stand all at once.
    margin = int(np.ceil(3 * _SMOOTH * fps))
    for start in range(0, len(positions), _BLOCK):
        first, end = max(0, start - margin), start + _BLOCK
        block = _local_rotations(positions[first : end + margin], offsets, fps)
        rotations[start:end, : block.shape[1]] = block[start - first : end - first]

    offsets[0] = 0
    lowest = Skeleton(SMPL_NAMES, SMPL_PARENTS, offsets).rest[:, 2].min()
    offsets[0] = (0, 0, -lowest)
    skeleton = Skeleton(SMPL_NAMES, SMPL_PARENTS, offsets)
    # Here and not by the motion, which would copy all of them once more.
    rotations = hemisphere(rotations)
    return Motion(positions[:, 0], rotations, fps, skeleton)


def _local_rotations(positions: np.ndarray, offsets: np.ndarray, fps: float) -> np.ndarray:
    """(T, J, 4) float32 of the joints at ``positions`` (T, J, 3)."""
    world = _world_rotations(positions, offsets[: positions.shape[1]], fps)
    rotations = np.stack(world, 1)
    for joint in range(1, len(world)):
        parent = world[SMPL_PARENTS[joint]].astype(np.float64)
        rotations[:, joint] = quat_mul(quat_conj(parent), world[joint].astype(np.float64))
    return rotations


def measured_offsets(positions: np.ndarray, template: Skeleton) -> np.ndarray:
    """(24, 3) bones of the body at ``positions`` (T, 22 or 24, 3), in its rest pose, metres."""
    frames = np.unique(np.linspace(0, len(positions) - 1, _MEASURED).astype(int))
    sample, joints = positions[frames].astype(np.float64), positions.shape[1]
    lengths = bone_lengths(sample)
    offsets = np.array(template.offsets, np.float64)
    template_lengths = np.linalg.norm(offsets[1:], axis=-1)
    scale = float(np.median(np.median(lengths, 0) / template_lengths[: joints - 1]))
    offsets *= scale  # of hands that are not there
    offsets[1:joints] = normalize(offsets[1:joints]) * np.median(lengths, 0)[:, None]

    # What hangs on one joint lies in its frame as it does on average, not as in the template.
    for _ in range(_ROUNDS - 1):
        world = _world_rotations(sample, offsets[:joints], 1.0)
        for joint in range(1, joints):
            parent = SMPL_PARENTS[joint]
            if len(_children(parent, joints)) > 1:
                frame = matrix_from_quat(world[parent].astype(np.float64))
                bone = sample[:, joint] - sample[:, parent]
                offsets[joint] = (transpose(frame) @ bone[..., None])[..., 0].mean(0)
    return offsets


def bone_lengths(positions: np.ndarray) -> np.ndarray:
    """(T, J - 1) from each joint but the first to its parent, of positions (T, J, 3)."""
    parents = list(SMPL_PARENTS[1 : positions.shape[1]])
    lengths: np.ndarray = np.linalg.norm(positions[:, 1:] - positions[:, parents], axis=-1)
    return lengths


def _children(joint: int, joints: int) -> list[int]:
    return [child for child in range(1, joints) if SMPL_PARENTS[child] == joint]


def _world_rotations(positions: np.ndarray, offsets: np.ndarray, fps: float) -> list[np.ndarray]:
    """For each joint (T, 4) float32 in the world; ``offsets`` are those of the joints (J, 3)."""
    joints = len(offsets)
    world: list[np.ndarray] = []
    for joint in range(joints):
        children = _children(joint, joints)
        here = positions[:, joint].astype(np.float64)
        bones = [positions[:, child].astype(np.float64) - here for child in children]
        if len(children) > 1:
            rotation = _nearest_rotation(bones, offsets[children])
        else:
            rotation = world[SMPL_PARENTS[joint]].astype(np.float64)
        if len(children) == 1:
            start = (matrix_from_quat(rotation) @ offsets[children[0]]).reshape(-1, 3)
            rotation = quat_mul(quat_between(start, bones[0]), rotation)
        if joint in _MIDDLES:
            end = positions[:, _children(children[0], joints)[0]].astype(np.float64)
            beyond = end - positions[:, children[0]]
            rotation = _twisted(rotation, bones[0], beyond, _HINGES[children[0]], fps)
        world.append(rotation.astype(np.float32))
    return world


def _nearest_rotation(bones: list[np.ndarray], offsets: np.ndarray) -> np.ndarray:
    """(T, 4) that takes ``offsets`` (K, 3) nearest to ``bones``, K of (T, 3).

    Orthogonal Procrustes (Schoenemann 1966).
    """
    u, _, vt = np.linalg.svd(np.einsum("kti,kj->tij", np.stack(bones), offsets))
    u[..., -1] *= np.linalg.det(u @ vt)[:, None]  # a turn, not a mirror
    quats: np.ndarray = quat_from_matrix(u @ vt)
    return quats


def _twisted(
    rotation: np.ndarray, bone: np.ndarray, beyond: np.ndarray, hinge: np.ndarray, fps: float
) -> np.ndarray:
    """Rotations (T, 4) turned about ``bone`` (T, 3) so that the next joint bends about its hinge.

    Args:
        beyond: (T, 3) the bone after the hinge.
        hinge: (3,) its axis at rest.
    """
    along = normalize(bone)
    bend = cross(along, normalize(beyond))
    axis = matrix_from_quat(rotation) @ hinge
    angle = np.arctan2((along * cross(axis, bend)).sum(-1), (axis * bend).sum(-1))

    # As points on a circle, which can be averaged where angles cannot.
    trust = smoothstep(np.linalg.norm(bend, axis=-1), *_BENT)
    told = trust * np.exp(1j * angle)
    sigma = _SMOOTH * fps
    nearby = gaussian_smoothed(told.real, sigma) + 1j * gaussian_smoothed(told.imag, sigma)
    twist = np.angle(told + (1 - trust) * (nearby + _FAINT))
    turned: np.ndarray = quat_mul(quat_from_rotvec(along * twist[:, None]), rotation)
    return turned
