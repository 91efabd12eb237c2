"""The MuJoCo model of a humanoid, built by code: for simulating it, and as the yardstick of our
own dynamics.
"""

import mujoco
import numpy as np

from ..motion import anatomy
from .humanoid import Humanoid
from .self_collision import judged_pairs

STEP = 1 / 120  # seconds
_FRICTION = (1.0, 0.005, 0.0001)
_ARMATURE, _DAMPING = 0.02, 0.1  # what keeps servos of light segments stable
# What dancers lay on themselves, deeper than a centimetre into the capsules of clean recordings:
# folded arms, and hands on
# waist, hips, head, arms and each other. `python tools/physics_tables.py` counts what is left.
_TRUNK = ("pelvis", "spine1", "spine2", "spine3", "collar", "neck", "head")
_LAID = [{"hand", on} for on in (*_TRUNK, "hip", "shoulder", "elbow", "wrist", "hand")]
_LAID += [{arm, on} for arm in ("elbow", "wrist") for on in ("pelvis", "spine1", "spine2", "hip")]
_LAID += [{"elbow"}, {"shoulder", "spine1"}]
_STIFF = 1.3  # servo stiffness, N m/rad, over the most torque of the joint


def model_of(
    humanoid: Humanoid, joints: str = "ball", floor: bool = True, actuators: bool = True
) -> mujoco.MjModel:
    """The model: bodies called as our joints, each with its mass, inertia, a capsule or, at the
    feet, a box.

    ``joints`` "ball" gives one ball joint a body, called as it; "hinge" three hinges, "NAME_x",
    "NAME_y" and "NAME_z", turning in that order, within anatomical ranges. Actuators are
    orientation servos that take a rotation vector (ball) or motors (hinge). Pairs of bodies that
    touch in clean recordings of real dance do not collide.
    """
    spec = mujoco.MjSpec()
    spec.compiler.degree = False
    spec.option.timestep = STEP
    spec.option.integrator = mujoco.mjtIntegrator.mjINT_IMPLICITFAST
    spec.option.gravity = (0, 0, -anatomy.GRAVITY)
    spec.option.cone = mujoco.mjtCone.mjCONE_ELLIPTIC
    spec.option.impratio = 10
    if floor:
        spec.worldbody.add_geom(
            name="floor",
            type=mujoco.mjtGeom.mjGEOM_PLANE,
            size=(0, 0, 1),
            friction=_FRICTION,
            contype=1,
            conaffinity=1,
        )
    bodies: list[mujoco.MjsBody] = []
    for joint, name in enumerate(humanoid.skeleton.names):
        parent = humanoid.skeleton.parents[joint]
        above = spec.worldbody if parent < 0 else bodies[parent]
        place = humanoid.offsets[joint]
        body = above.add_body(
            name=name, pos=place, explicitinertial=True, mass=humanoid.masses[joint]
        )
        body.ipos, body.fullinertia = humanoid.centres[joint], _six(humanoid.inertias[joint])
        _add_joint(body, name, parent < 0, joints, actuators)
        _add_geom(body, humanoid, joint)
        bodies.append(body)
    for a, b in _excluded(humanoid):
        spec.add_exclude(bodyname1=humanoid.skeleton.names[a], bodyname2=humanoid.skeleton.names[b])
    if actuators:
        _add_actuators(spec, humanoid, joints)
    return spec.compile()


def _six(inertia: np.ndarray) -> list[float]:
    return [
        inertia[0, 0],
        inertia[1, 1],
        inertia[2, 2],
        inertia[0, 1],
        inertia[0, 2],
        inertia[1, 2],
    ]


def _add_joint(body: mujoco.MjsBody, name: str, root: bool, joints: str, driven: bool) -> None:
    if root:
        body.add_freejoint(name=name)
        return
    passive = {"armature": _ARMATURE, "damping": [_DAMPING] * 3} if driven else {}
    if joints == "ball":
        body.add_joint(name=name, type=mujoco.mjtJoint.mjJNT_BALL, **passive)
        return
    mirror = (1, -1, -1) if name.startswith("right_") else (1, 1, 1)
    for axis, letter in enumerate("xyz"):
        limits = sorted(mirror[axis] * angle for angle in anatomy.RANGES[anatomy.of(name)][axis])
        body.add_joint(
            name=f"{name}_{letter}", type=mujoco.mjtJoint.mjJNT_HINGE, axis=np.eye(3)[axis], limited=True,
            range=np.radians(limits), **passive,
        )  # fmt: skip


def _add_geom(body: mujoco.MjsBody, humanoid: Humanoid, joint: int) -> None:
    shared = {
        "name": humanoid.skeleton.names[joint],
        "friction": _FRICTION,
        "contype": 1,
        "conaffinity": 1,
    }
    if joint in humanoid.boxes:
        low, high = humanoid.boxes[joint]
        body.add_geom(
            type=mujoco.mjtGeom.mjGEOM_BOX, pos=(low + high) / 2, size=(high - low) / 2, **shared
        )
        return
    ends, radius = humanoid.capsule_ends[joint], humanoid.capsule_radii[joint]
    if np.linalg.norm(ends[1] - ends[0]) < 1e-3:
        body.add_geom(
            type=mujoco.mjtGeom.mjGEOM_SPHERE, pos=ends.mean(0), size=[radius, 0, 0], **shared
        )
    else:
        body.add_geom(
            type=mujoco.mjtGeom.mjGEOM_CAPSULE, fromto=ends.ravel(), size=[radius, 0, 0], **shared
        )


def _excluded(humanoid: Humanoid) -> list[tuple[int, int]]:
    names, count = humanoid.skeleton.names, len(humanoid.skeleton)
    kept = {
        (a, b)
        for a, b in judged_pairs(humanoid).tolist()
        if {anatomy.of(names[a]), anatomy.of(names[b])} not in _LAID
    }
    return [(a, b) for a in range(count) for b in range(a + 1, count) if (a, b) not in kept]


def _add_actuators(spec: mujoco.MjSpec, humanoid: Humanoid, joints: str) -> None:
    for joint, name in enumerate(humanoid.skeleton.names):
        if humanoid.skeleton.parents[joint] < 0:
            continue
        most = humanoid.strengths[joint]
        if joints == "ball":
            servo = spec.add_actuator(name=name, target=name, trntype=mujoco.mjtTrn.mjTRN_JOINT)
            servo.set_to_orientation(
                kp=_STIFF * float(most.max()), kv=0.1 * _STIFF * float(most.max())
            )
            continue
        for axis, letter in enumerate("xyz"):
            motor = spec.add_actuator(
                name=f"{name}_{letter}",
                target=f"{name}_{letter}",
                trntype=mujoco.mjtTrn.mjTRN_JOINT,
            )
            motor.set_to_motor()
            motor.ctrllimited, motor.ctrlrange = True, (-most[axis], most[axis])
