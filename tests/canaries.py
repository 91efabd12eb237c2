"""A dancer known by construction, and the ways to spoil one.

Used wherever a number judges a motion: `stepping` makes a motion whose planted feet stand exactly;
each canary takes a motion and gives a worse one.
"""

from collections.abc import Sequence

import numpy as np

from footlights.geometry.rotations import (
    matrix_from_quat,
    quat_about,
    quat_conj,
    quat_from_rotvec,
    quat_mul,
)
from footlights.geometry.two_bone_ik import two_bone_rotations
from footlights.motion.body import Body
from footlights.motion.motion import Motion
from footlights.motion.skeleton import SMPL24, forward_kinematics

_AIR = 0.75  # beats that a foot is in the air
_SWING = 0.6  # beats that an arm is on its way
_HARDEST = 0.79  # share of a move at which it brakes hardest: that moment is put on the beat


def stepping(
    seconds: float = 8.0, fps: float = 30.0, bpm: float = 120.0, stride: float = 0.25
) -> Motion:
    """Side steps on the beat: each foot in turn lifts, moves by ``stride`` metres and stands.

    Arms swing and stop on the beat. Feet stay flat, planted soles stand at z = 0 to a tenth of a
    millimetre, contacts are exact, any rate gives the same dance.
    """
    at = np.arange(round(seconds * fps)) / fps
    beat = at * bpm / 60
    rotations = _swinging_arms(beat)
    shifts, contacts = zip(*(_steps(beat - phase, stride) for phase in (0.0, 1.0)), strict=True)

    rest = SMPL24.rest.astype(np.float64)
    between = 0.5 * (shifts[0] + shifts[1])[:, 0]
    root = rest[0] + np.stack([between, 0 * at, -0.07 - 0.02 * np.cos(2 * np.pi * beat)], axis=1)
    for shift, side in zip(shifts, ("left", "right"), strict=True):
        _stand(rotations, root, side, rest[SMPL24.index(f"{side}_ankle")] + shift)

    return _on_the_floor(root, rotations, fps, contacts)


def walking(seconds: float = 8.0, fps: float = 30.0, speed: float = 1.0) -> Motion:
    """A walk towards -y with a flat foot planted for half a second at a time, at ``speed`` m/s."""
    at = np.arange(round(seconds * fps)) / fps
    rotations = np.zeros((len(at), len(SMPL24), 4))
    rotations[..., 0] = 1
    rest = SMPL24.rest.astype(np.float64)
    root = rest[0] + np.stack([0 * at, -speed * at, 0 * at - 0.09], axis=1)

    contacts = []
    for side, phase in (("left", 0.0), ("right", 0.5)):
        # A second a cycle: half of it the foot stands, half of it it overtakes the body.
        count = np.floor(at + phase)
        air = np.clip(2 * (at + phase - count) - 1, 0, 1)
        along = speed * (count - phase + _ease(air) + 0.25)
        ankle = rest[SMPL24.index(f"{side}_ankle")]
        lift = 0.06 * np.sin(np.pi * air) ** 2
        _stand(rotations, root, side, ankle + np.stack([0 * at, -along, lift], axis=1))
        contacts.append(air <= 0)
    return _on_the_floor(root, rotations, fps, contacts)


def _on_the_floor(
    root: np.ndarray, rotations: np.ndarray, fps: float, contacts: Sequence[np.ndarray]
) -> Motion:
    """The motion with the soles of the rest pose at z = 0, and left and right contacts (T,)."""
    # Heel and toe of a foot touch together, as it stays flat.
    marks = np.repeat(np.stack(contacts, axis=1), 2, axis=1).astype(np.float32)
    body = Body.load()
    rest = SMPL24.rest.astype(np.float64)
    lowest_sole = np.min(body.sole_points[..., 2] + rest[list(body.sole_joints), None, 2])
    return Motion(root - [0, 0, lowest_sole], rotations, fps, contacts=marks)


def _swinging_arms(beat: np.ndarray) -> np.ndarray:
    """(T, 24, 4) rotations at times ``beat`` (T,): arms that stop on the beat, legs at rest."""
    rotations = np.zeros((len(beat), len(SMPL24), 4))
    rotations[..., 0] = 1
    swing = _swing(beat + _HARDEST * _SWING)
    for name, side in (("left", 1), ("right", -1)):
        shoulder, elbow = (SMPL24.index(f"{name}_{joint}") for joint in ("shoulder", "elbow"))
        rotations[:, shoulder] = quat_about("y", side * (1.1 + 0.35 * swing))
        rotations[:, elbow] = quat_about("z", -side * (0.5 + 0.4 * swing))
    rotations[:, SMPL24.index("spine2")] = quat_about("z", 0.15 * np.sin(np.pi * beat))
    return rotations


def _steps(beat: np.ndarray, stride: float) -> tuple[np.ndarray, np.ndarray]:
    """Shifts (T, 3) of a foot that steps out at beat 0 and back at beat 4, and when it stands."""
    count = beat + _HARDEST * _AIR
    air = np.clip(count % 4 / _AIR, 0, 1)
    side = stride * np.where(count % 8 < 4, _ease(air), 1 - _ease(air))
    shift = np.stack([side, np.zeros_like(beat), 0.09 * np.sin(np.pi * air) ** 2], axis=1)
    return shift, (air <= 0) | (air >= 1)


def _stand(rotations: np.ndarray, root: np.ndarray, side: str, ankle: np.ndarray) -> None:
    leg = [SMPL24.index(f"{side}_{part}") for part in ("hip", "knee", "ankle")]
    place, turned = forward_kinematics(SMPL24, root, matrix_from_quat(rotations))
    a, b, c = (place[:, j] for j in leg)
    upper, lower = two_bone_rotations(a, b, c, ankle, turned[:, leg[0], :, 0])
    rotations[:, leg[0]], rotations[:, leg[1]] = upper, quat_mul(quat_conj(upper), lower)
    rotations[:, leg[2]] = quat_conj(lower)


def _ease(t: np.ndarray) -> np.ndarray:
    return t * t * t * (10 - 15 * t + 6 * t * t)


def _swing(beat: np.ndarray) -> np.ndarray:
    """Between -1 and 1 and back in two beats: quick in the middle, stopping on each beat."""
    part = beat % 2
    return np.where(
        part < 1,
        2 * _ease(np.minimum(part / _SWING, 1)) - 1,
        1 - 2 * _ease(np.minimum((part - 1) / _SWING, 1)),
    )


def frozen(motion: Motion) -> Motion:
    """The first pose held."""
    still = np.zeros(len(motion), int)
    contacts = None if motion.contacts is None else motion.contacts[still]
    return motion.replace(
        root=motion.root[still], rotations=motion.rotations[still], contacts=contacts
    )


def slow_drift(motion: Motion, speed: float = 0.05) -> Motion:
    """A held pose that glides along x at ``speed`` m/s."""
    return _shifted(frozen(motion), speed * _time(motion)[:, None] * np.array([1.0, 0, 0]))


def sliding(motion: Motion, speed: float = 1.0) -> Motion:
    """The whole clip glides along x at ``speed`` m/s."""
    return _shifted(motion, speed * _time(motion)[:, None] * np.array([1.0, 0, 0]))


def vibrating(motion: Motion, metres: float, seed: int = 0) -> Motion:
    """White noise of ``metres`` standard deviation on the root, and on every joint's rotation.

    As much as makes that noise at the end of a bone of 0.4 m.
    """
    rng = np.random.default_rng(seed)
    shaken = quat_from_rotvec(rng.normal(0, metres / 0.4, (*motion.rotations.shape[:2], 3)))
    root = motion.root + rng.normal(0, metres, motion.root.shape)
    return motion.replace(
        root=root, rotations=quat_mul(shaken, motion.rotations.astype(np.float64))
    )


def hovering(motion: Motion, height: float = 0.2) -> Motion:
    """The whole body ``height`` metres too high."""
    return motion.moved((0, 0, height))


def sunk(motion: Motion, depth: float = 0.1) -> Motion:
    """The whole body ``depth`` metres too low."""
    return motion.moved((0, 0, -depth))


def skating(motion: Motion, speed: float = 0.5) -> Motion:
    """The whole body slides along y at ``speed`` m/s, half a second to and half a second fro.

    Contacts are unchanged.
    """
    way = np.abs((_time(motion) + 0.25) % 1.0 - 0.5) - 0.25
    return _shifted(motion, speed * way[:, None] * np.array([0, 1.0, 0]))


def teleporting(motion: Motion, metres: float = 1.0) -> Motion:
    """The second half starts ``metres`` to the side."""
    late = (np.arange(len(motion)) >= len(motion) // 2)[:, None]
    return _shifted(motion, metres * late * np.array([1.0, 0, 0]))


def swapped_arms(motion: Motion) -> Motion:
    """Both arms carry the other's rotations unmirrored: elbows bend back, hanging arms rise."""
    order = list(range(len(motion.skeleton)))
    for part in ("collar", "shoulder", "elbow", "wrist"):
        left, right = motion.skeleton.index(f"left_{part}"), motion.skeleton.index(f"right_{part}")
        order[left], order[right] = right, left
    return motion.replace(rotations=motion.rotations[:, order])


def crossing_limbs(motion: Motion) -> Motion:
    """Upper arms hang and both forearms point inwards, through the waist and each other."""
    rotations = motion.rotations.astype(np.float64)
    for name, side in (("left", 1), ("right", -1)):
        rotations[:, motion.skeleton.index(f"{name}_shoulder")] = quat_about(
            "y", np.array(side * 1.3)
        )
        rotations[:, motion.skeleton.index(f"{name}_elbow")] = quat_about("y", np.array(side * 1.7))
    return motion.replace(rotations=rotations)


def spinning_root(motion: Motion, turns: float = 1.0) -> Motion:
    """The pelvis turns about the vertical ``turns`` times a second, the feet with it."""
    spin = quat_about("z", 2 * np.pi * turns * _time(motion))
    rotations = motion.rotations.astype(np.float64)
    rotations[:, 0] = quat_mul(spin, rotations[:, 0])
    return motion.replace(rotations=rotations)


def random_codes(motion: Motion, seed: int = 0, seconds: float = 0.25) -> Motion:
    """Pieces of ``seconds`` in random order, as of a memory whose codes are drawn at random."""
    size = round(seconds * motion.fps)
    pieces = np.random.default_rng(seed).permutation(len(motion) // size)
    frames = (pieces[:, None] * size + np.arange(size)).ravel()
    contacts = None if motion.contacts is None else motion.contacts[frames]
    return motion.replace(
        root=motion.root[frames], rotations=motion.rotations[frames], contacts=contacts
    )


def shuffled_music(beats: np.ndarray, seconds: float, seed: int = 0) -> np.ndarray:
    """Beats of another song, 7 to 30 % slower and at another phase, seconds."""
    rng = np.random.default_rng(seed)
    interval = float(np.median(np.diff(beats))) * rng.uniform(1.07, 1.3)
    return np.arange(rng.uniform(0, interval), seconds, interval)


def time_reversed(motion: Motion) -> Motion:
    """Last frame first."""
    contacts = None if motion.contacts is None else motion.contacts[::-1]
    return motion.replace(
        root=motion.root[::-1], rotations=motion.rotations[::-1], contacts=contacts
    )


def half_speed(motion: Motion) -> Motion:
    """The same frames at the same rate, stretched to twice the time."""
    slow = motion.resampled(2 * motion.fps)
    return slow.replace(fps=motion.fps)


def double_speed(motion: Motion) -> Motion:
    """Every second frame at the same rate."""
    return motion[::2].replace(fps=motion.fps)


def _time(motion: Motion) -> np.ndarray:
    return np.arange(len(motion)) / motion.fps


def _shifted(motion: Motion, shift: np.ndarray) -> Motion:
    return motion.replace(root=motion.root + shift.astype(np.float32))
