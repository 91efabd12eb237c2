"""Motion: one clip on one skeleton, the one thing that flows through the house."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from ..basics.errors import FootlightsError
from ..geometry.rotations import (
    hemisphere,
    matrix_from_quat,
    normalize,
    quat_about,
    quat_mul,
    quat_rotate,
    slerp,
)
from .skeleton import SMPL24, Skeleton, forward_kinematics

CONTACT_NAMES = ("left_heel", "left_toe", "right_heel", "right_toe")
SLOWEST, FASTEST = 0.1, 10_000  # frames a second
_FARTHEST = 100_000.0  # metres from the middle of the stage: beyond, float32 misses centimetres
_UNEVEN = 0.05  # metres by which a measured person's left and right bones may differ
# Joints times frames that another rate may make of a clip that had fewer: an hour of the house body
# at 30 frames a second, and 150 MiB while it is worked with.
_MOST_POSES = 3_000_000
_BLOCK = 1 << 14  # frames that are blended at once


@dataclass(frozen=True, eq=False, repr=False)
class Motion:
    """One clip. World: right-handed, z up, metres, seconds; the floor is z = 0.

    Attributes:
        root: (T, 3) float32, place of the root joint, metres.
        rotations: (T, J, 4) float32, unit quaternions w x y z of each joint in its parent's frame;
            the root's in the world.
        fps: frames a second.
        skeleton: the J joints.
        contacts: (T, 4) float32 in [0, 1], left heel, left toe, right heel, right toe; or None when
            nobody marked them.
        meta: JSON-ready facts about the clip (seed, model, song, version).
        confidence: (T, J) float32 in [0, 1], how far each joint is to be trusted, as recognisers
            of people in videos tell; None where nothing is doubted.

    Raises:
        FootlightsError: arrays that do not fit the skeleton or are not finite, a place farther
            than 100 km away, a rotation that is none, a rate that is none.
    """

    root: np.ndarray
    rotations: np.ndarray
    fps: float
    skeleton: Skeleton = SMPL24
    contacts: np.ndarray | None = None
    meta: Mapping[str, Any] = field(default_factory=dict)
    confidence: np.ndarray | None = None

    def __post_init__(self) -> None:
        root = np.array(self.root, np.float32)
        rotations = np.array(self.rotations, np.float32)
        frames, joints = len(root), len(self.skeleton)

        if root.shape != (frames, 3) or rotations.shape != (frames, joints, 4) or not frames:
            raise FootlightsError(
                f"root {root.shape} and rotations {rotations.shape} do not fit {joints} joints",
                "motion",
                "they must be (T, 3) and (T, J, 4)",
            )
        finite = np.isfinite(root).all(-1) & np.isfinite(rotations).all((1, 2))
        if not finite.all():
            frame = int(np.argmin(finite))
            raise FootlightsError(f"frame {frame} is not finite", "motion", "cut or repair it")
        if np.abs(root).max() > _FARTHEST:
            frame = int(np.argmax(np.abs(root).max(-1) > _FARTHEST))
            what = f"in frame {frame} the root is more than {_FARTHEST / 1000:g} km away"
            raise FootlightsError(what, "motion", "check its unit, or cut or repair it")
        _check_rate(self.fps)

        norms = np.linalg.norm(rotations, axis=-1)
        if norms.min() < 1e-6:
            raise FootlightsError("a rotation is the zero quaternion", "motion")
        # Those that are of unit length already keep their bytes.
        if abs(norms - 1).max() > 1e-5:
            rotations = normalize(rotations.astype(np.float64)).astype(np.float32)

        contacts = _marks("contacts", self.contacts, (frames, 4))
        confidence = _marks("confidence", self.confidence, (frames, joints))
        if confidence is not None and not ((confidence >= 0) & (confidence <= 1)).all():
            raise FootlightsError("confidence is not in 0..1", "motion", "scale it")

        for array in (root, rotations, contacts, confidence):
            if array is not None:
                array.flags.writeable = False
        object.__setattr__(self, "root", root)
        object.__setattr__(self, "rotations", rotations)
        object.__setattr__(self, "contacts", contacts)
        object.__setattr__(self, "confidence", confidence)
        object.__setattr__(self, "fps", float(self.fps))

    def __repr__(self) -> str:
        """Its size: "Motion(180 frames, 30 fps, 24 joints, 6.0 s)"."""
        size = f"{len(self)} frames, {self.fps:g} fps, {len(self.skeleton)} joints"
        return f"Motion({size}, {self.seconds:.1f} s)"

    def _repr_html_(self) -> str:
        """How a notebook shows it: a strip of poses, drawn here, nothing asked of the network."""
        from .pose_strip import pose_strip

        return pose_strip(self)

    def __len__(self) -> int:
        return len(self.root)

    @property
    def seconds(self) -> float:
        """Length in seconds: frames over frames a second."""
        return len(self) / self.fps

    @property
    def notes(self) -> tuple[str, ...]:
        """What its reader found out or decided, of ``meta["notes"]``; none when that is no list."""
        notes = self.meta.get("notes", ())
        return tuple(map(str, notes)) if isinstance(notes, list | tuple) else ()

    @cached_property
    def positions(self) -> np.ndarray:
        """(T, J, 3) float32 joint positions in the world, metres."""
        return self.kinematics()[0]

    def kinematics(self) -> tuple[np.ndarray, np.ndarray]:
        """Joint positions (T, J, 3) and world rotation matrices (T, J, 3, 3), float32."""
        return forward_kinematics(self.skeleton, self.root, matrix_from_quat(self.rotations))

    def replace(self, **changes: Any) -> "Motion":
        """A copy with some attributes changed."""
        return dataclasses.replace(self, **changes)

    def __getitem__(self, frames: slice) -> "Motion":
        if not isinstance(frames, slice):
            raise TypeError("a Motion is cut with a slice of frames: motion[a:b]")
        if not len(self.root[frames]):
            raise FootlightsError(
                f"frames {frames.start}:{frames.stop} of {len(self)} are none", "motion"
            )
        step = frames.step or 1
        if step < 1:
            raise FootlightsError(
                "frames are cut forwards", "motion", "reverse the arrays yourself if you mean to"
            )

        return self.replace(
            root=self.root[frames],
            rotations=self.rotations[frames],
            contacts=None if self.contacts is None else self.contacts[frames],
            confidence=None if self.confidence is None else self.confidence[frames],
            fps=self.fps / step,
        )

    def cut(self, start: float, end: float) -> "Motion":
        """The part from ``start`` to ``end`` seconds, to the nearest frame."""
        if not 0 <= start < end:
            what = f"no part goes from {start:g} to {end:g} s"
            raise FootlightsError(what, "motion", "give a start from 0 on, and a later end")
        return self[round(start * self.fps) : round(end * self.fps)]

    def resampled(self, fps: float) -> "Motion":
        """The same seconds at another rate: cubic root, spherical blends of rotations, nearest
        contacts and confidence.

        Raises:
            FootlightsError: ``fps`` is not a rate, or would make far more frames of a clip than
                a dance has.
        """
        _check_rate(fps)
        if len(self) < 2:
            return self.replace(fps=fps)
        if fps == self.fps:
            return self

        count = max(1, int(np.floor((len(self) - 1) / self.fps * fps + 1e-6)) + 1)
        if count > len(self) and count * len(self.skeleton) > _MOST_POSES:
            what = f"{len(self)} frames at {self.fps:g} a second would be {count} at {fps:g}"
            do = "give its true rate, or cut it into parts"
            raise FootlightsError(f"{what}, too many", "motion", do)
        at = np.arange(count) * (self.fps / fps)
        low = np.minimum(at.astype(int), len(self) - 2)
        share = np.clip(at - low, 0, 1)
        nearest = np.clip(np.round(at).astype(int), 0, len(self) - 1)

        # In blocks: doubles of a long clip would take four times its memory.
        rotations = np.empty((count, *self.rotations.shape[1:]), np.float32)
        for start in range(0, count, _BLOCK):
            part = slice(start, start + _BLOCK)
            rotations[part] = slerp(
                self.rotations[low[part]].astype(np.float64),
                self.rotations[low[part] + 1].astype(np.float64),
                share[part, None],
            )
        return self.replace(
            root=_cubic(self.root, low, share),
            rotations=rotations,
            contacts=None if self.contacts is None else self.contacts[nearest],
            confidence=None if self.confidence is None else self.confidence[nearest],
            fps=fps,
        )

    def mirrored(self) -> "Motion":
        """Left and right exchanged: reflected in the plane x = 0.

        Raises:
            FootlightsError: the skeleton's sides are no mirror images in x at rest (a rig with axes
                of its own in every joint).
        """
        order = list(self.skeleton.swapped)
        mirror_x = np.array([-1, 1, 1], np.float32)
        offsets = self.skeleton.offsets
        apart = np.abs(offsets[order] * mirror_x - offsets)[1:]
        if apart.max(initial=0) > _UNEVEN:
            name = self.skeleton.names[1 + int(apart.max(axis=1).argmax())]
            raise FootlightsError(
                f"this skeleton's sides are no mirror images (at {name!r})",
                "motion",
                "retarget it first",
            )

        # A reflection in x = 0 keeps turns about x and reverses those about y and z.
        mirror_turn = np.array([1, 1, -1, -1], np.float32)
        return self.replace(
            root=self.root * mirror_x,
            rotations=self.rotations[:, order] * mirror_turn,
            contacts=None if self.contacts is None else self.contacts[:, [2, 3, 0, 1]],
            confidence=None if self.confidence is None else self.confidence[:, order],
        )

    def moved(self, shift: Any = (0.0, 0.0, 0.0), yaw: float = 0.0) -> "Motion":
        """Turned about the world's vertical axis by ``yaw`` radians, then moved by ``shift`` (3,)
        metres.
        """
        q = quat_about("z", np.array([yaw], np.float64))
        rotations = self.rotations.copy()
        rotations[:, 0] = quat_mul(q, rotations[:, 0].astype(np.float64))
        return self.replace(
            root=quat_rotate(q, self.root.astype(np.float64)) + np.asarray(shift, np.float64),
            rotations=rotations,
        )

    def joined(self, other: "Motion") -> "Motion":
        """This clip, then ``other``; both must have the same skeleton and rate.

        Nothing is blended.
        """
        if self.skeleton != other.skeleton or self.fps != other.fps:
            raise FootlightsError(
                "two clips of different skeletons or rates cannot be joined",
                "motion",
                "resample or retarget one first",
            )
        return self.replace(
            root=np.concatenate([self.root, other.root]),
            rotations=np.concatenate([self.rotations, other.rotations]),
            contacts=_joined(self.contacts, other.contacts),
            confidence=_joined(self.confidence, other.confidence),
        )

    def continuous(self) -> "Motion":
        """The same rotations with quaternion signs that never jump, as file formats and
        interpolation like them.
        """
        return self.replace(rotations=hemisphere(self.rotations))


def _marks(name: str, values: Any, shape: tuple[int, int]) -> np.ndarray | None:
    """Marks of frames as float32 of ``shape``, or None where there are none."""
    if values is None:
        return None
    marks = np.array(values, np.float32)
    if marks.shape != shape:
        raise FootlightsError(f"{name} has shape {marks.shape}", "motion", f"it must be {shape}")
    return marks


def _joined(one: np.ndarray | None, other: np.ndarray | None) -> np.ndarray | None:
    """Both one after the other; None where one of them is not known."""
    return None if one is None or other is None else np.concatenate([one, other])


def _check_rate(fps: float) -> None:
    if not SLOWEST <= fps <= FASTEST:
        raise FootlightsError(
            f"{fps} frames a second is not a rate", "motion", f"give {SLOWEST:g} to {FASTEST}"
        )


def _cubic(values: np.ndarray, low: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Catmull-Rom values (N, D) at frame ``low`` + ``share`` of samples (T, D)."""
    padded = np.concatenate(
        [2 * values[:1] - values[1:2], values, 2 * values[-1:] - values[-2:-1]]
    ).astype(np.float64)
    a, b, c, d = (padded[low + i] for i in range(4))
    t = share[:, None]
    curve: np.ndarray = b + 0.5 * t * (
        c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a))
    )
    return curve
