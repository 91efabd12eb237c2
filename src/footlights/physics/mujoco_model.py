"""The MuJoCo model of a humanoid, built by code: to simulate it, and as the yardstick of our own
dynamics.
"""

import mujoco
import numpy as np

from ..motion import anatomy
from ..motion.joint_limits import hinge_limits
from ..motion.world import GRAVITY
from .humanoid import Humanoid
from .self_collision import judged_pairs

STEP = 1 / 120  # seconds
_FRICTION = (1.0, 0.005, 0.0001)  # sliding, torsional, rolling
_ARMATURE, _DAMPING = 0.02, 0.1  # kg m2, N m s/rad: what keeps servos of light segments stable
_STIFFNESS = 1.3  # servo stiffness, N m/rad, over the most torque of the joint
_POINT_LIKE = 1e-3  # metres below which a capsule's axis makes it a sphere

# What dancers lay on themselves, deeper than a centimetre into the capsules of clean recordings:
# folded arms, and hands on waist, hips, head, arms and each other.
# `python tools/physics_tables.py` counts what is left.
_TRUNK = ("pelvis", "spine1", "spine2", "spine3", "collar", "neck", "head")
_LAID = [{"hand", on} for on in (*_TRUNK, "hip", "shoulder", "elbow", "wrist", "hand")]
_LAID += [{arm, on} for arm in ("elbow", "wrist") for on in ("pelvis", "spine1", "spine2", "hip")]
_LAID += [{"elbow"}, {"shoulder", "spine1"}]


def model_of(
    humanoid: Humanoid, joints: str = "ball", floor: bool = True, actuators: bool = True
) -> mujoco.MjModel:
    """The model: bodies called as our joints, each with its mass, inertia, a capsule or, at the
    feet, a box.

    Pairs of bodies that touch in clean recordings of real dance do not collide.

    Args:
        joints: "ball" gives one ball joint a body, called as it; "hinge" three hinges, "NAME_x",
            "NAME_y" and "NAME_z", turning in that order, within anatomical ranges.
        actuators: with orientation servos that take a rotation vector (ball) or motors (hinge).
    """
    spec = _empty_world(floor)
    bodies: list[mujoco.MjsBody] = []
    for joint, parent in enumerate(humanoid.skeleton.parents):
        above = spec.worldbody if parent < 0 else bodies[parent]
        body = _add_body(above, humanoid, joint)
        _add_joint(body, parent < 0, joints, actuators)
        _add_geom(body, humanoid, joint)
        bodies.append(body)

    for a, b in _excluded(humanoid):
        spec.add_exclude(bodyname1=humanoid.skeleton.names[a], bodyname2=humanoid.skeleton.names[b])
    if actuators:
        _add_actuators(spec, humanoid, joints)
    return spec.compile()


def _empty_world(floor: bool) -> mujoco.MjSpec:
    spec = mujoco.MjSpec()
    spec.compiler.degree = False
    spec.option.timestep = STEP
    spec.option.integrator = mujoco.mjtIntegrator.mjINT_IMPLICITFAST
    spec.option.gravity = (0, 0, -GRAVITY)
    # Elliptic cones and friction much stiffer than contact, so that standing feet do not creep.
    spec.option.cone = mujoco.mjtCone.mjCONE_ELLIPTIC
    spec.option.impratio = 10
    if floor:
        plane = mujoco.mjtGeom.mjGEOM_PLANE
        spec.worldbody.add_geom(name="floor", type=plane, size=(0, 0, 1), **_COLLIDES)
    return spec


_COLLIDES = {"friction": _FRICTION, "contype": 1, "conaffinity": 1}


def _add_body(above: mujoco.MjsBody, humanoid: Humanoid, joint: int) -> mujoco.MjsBody:
    body = above.add_body(
        name=humanoid.skeleton.names[joint],
        pos=humanoid.offsets[joint],
        explicitinertial=True,
        mass=humanoid.masses[joint],
    )
    (xx, xy, xz), (_, yy, yz), (_, _, zz) = humanoid.inertias[joint].tolist()
    body.ipos, body.fullinertia = humanoid.centres[joint], [xx, yy, zz, xy, xz, yz]
    return body


def _add_joint(body: mujoco.MjsBody, root: bool, joints: str, driven: bool) -> None:
    if root:
        body.add_freejoint(name=body.name)
        return
    passive = {"armature": _ARMATURE, "damping": [_DAMPING] * 3} if driven else {}
    if joints == "ball":
        body.add_joint(name=body.name, type=mujoco.mjtJoint.mjJNT_BALL, **passive)
        return

    # Limits are the left side's; a mirror image in x turns y and z the other way.
    mirror = (1, -1, -1) if body.name.startswith("right_") else (1, 1, 1)
    limits = hinge_limits(body.name)
    for axis, letter in enumerate("xyz"):
        body.add_joint(
            name=f"{body.name}_{letter}",
            type=mujoco.mjtJoint.mjJNT_HINGE,
            axis=np.eye(3)[axis],
            limited=True,
            range=np.radians(sorted(mirror[axis] * limits[axis])),
            **passive,
        )


def _add_geom(body: mujoco.MjsBody, humanoid: Humanoid, joint: int) -> None:
    shared = {"name": body.name, **_COLLIDES}
    if joint in humanoid.foot_boxes:
        low, high = humanoid.foot_boxes[joint]
        box = mujoco.mjtGeom.mjGEOM_BOX
        body.add_geom(type=box, pos=(low + high) / 2, size=(high - low) / 2, **shared)
        return

    ends, size = humanoid.capsule_ends[joint], [humanoid.capsule_radii[joint], 0, 0]
    if np.linalg.norm(ends[1] - ends[0]) < _POINT_LIKE:
        body.add_geom(type=mujoco.mjtGeom.mjGEOM_SPHERE, pos=ends.mean(0), size=size, **shared)
    else:
        capsule = mujoco.mjtGeom.mjGEOM_CAPSULE
        body.add_geom(type=capsule, fromto=ends.ravel(), size=size, **shared)


def _excluded(humanoid: Humanoid) -> list[tuple[int, int]]:
    """Pairs of bodies that do not collide."""
    names, count = humanoid.skeleton.names, len(humanoid.skeleton)
    colliding = {
        (a, b)
        for a, b in judged_pairs(humanoid).tolist()
        if {anatomy.without_side(names[a]), anatomy.without_side(names[b])} not in _LAID
    }
    pairs = [(a, b) for a in range(count) for b in range(a + 1, count)]
    return [pair for pair in pairs if pair not in colliding]


def _add_actuators(spec: mujoco.MjSpec, humanoid: Humanoid, joints: str) -> None:
    for joint, name in enumerate(humanoid.skeleton.names):
        if humanoid.skeleton.parents[joint] < 0:
            continue
        limits = humanoid.torque_limits[joint]
        if joints == "ball":
            servo = spec.add_actuator(name=name, target=name, trntype=mujoco.mjtTrn.mjTRN_JOINT)
            stiffness = _STIFFNESS * float(limits.max())
            # A tenth of a second of damping: fast enough to follow, slow enough not to ring.
            servo.set_to_orientation(kp=stiffness, kv=0.1 * stiffness)
            continue

        for limit, letter in zip(limits, "xyz", strict=True):
            hinge = f"{name}_{letter}"
            motor = spec.add_actuator(name=hinge, target=hinge, trntype=mujoco.mjtTrn.mjTRN_JOINT)
            motor.set_to_motor()
            motor.ctrllimited, motor.ctrlrange = True, (-limit, limit)
