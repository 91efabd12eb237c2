"""What an editor fixes of a dance: poses, a path, parts of the body; and how a dance keeps it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..basics.errors import FootlightsError
from ..geometry.rotations import (
    matrix_from_6d,
    matrix_from_quat,
    quat_about,
    quat_from_matrix,
    quat_rotate,
    sixd_from_matrix,
    slerp,
)
from ..geometry.signals import smoothstep
from ..motion.heading import heading_of
from ..motion.motion import Motion
from ..motion.skeleton import SMPL24
from .constraint_join import join_numbers, join_rotations
from .representation import (
    CONTACTS,
    ROTATIONS,
    VELOCITY,
    WIDTH,
    YAW_RATE,
    encode,
    lower_body,
    path,
    rotate_planar,
    rotation_of,
    upper_body,
)

PARTS = ("all", "pose", "upper", "lower", "path")

_FASTEST = 6.0  # m/s: no dancer gets from one place to the next faster
_ALIKE = 1e-3  # of two constraints on the same number
_ALIKE_PLACE = 0.005  # metres or radians, of two constraints on the same place
_JOIN_SECONDS = 0.4  # beside what is given, over which a dance comes to it
_SETTLE_SECONDS = 0.2  # beside a frame that is kept, within which cleaned feet come back


@dataclass(frozen=True, eq=False)
class Constraint:
    """Part of a motion that a dance must keep.

    Attributes:
        motion: on the house skeleton; a single frame is a single pose.
        at: seconds in the dance at which it begins.
        part: one of `PARTS`, or names of joints. "all" is every joint, place and heading; "pose"
            leaves place and heading free; "upper" is what hangs on the spine; "lower" the height
            and tilt of the pelvis and the legs; "path" place on the floor and heading. Of joints
            their local rotations are kept.

    Raises:
        FootlightsError: another skeleton, a time before the dance, or no such part.
    """

    motion: Motion
    at: float = 0.0
    part: str | tuple[str, ...] = "all"

    def __post_init__(self) -> None:
        if self.motion.skeleton != SMPL24:
            do = "retarget it to SMPL24 first"
            raise FootlightsError("the motion to keep is on another skeleton", "constraints", do)
        if not (math.isfinite(self.at) and self.at >= 0):
            do = "give seconds from the dance's start"
            raise FootlightsError(f"nothing can be kept at {self.at:g} s", "constraints", do)
        if isinstance(self.part, str):
            unknown = [] if self.part in PARTS else [self.part]
        else:
            unknown = [name for name in self.part if name not in SMPL24.names]
        if unknown or not self.part:
            do = f"give one of {', '.join(PARTS)}, or names of joints"
            raise FootlightsError(f"no part called {''.join(unknown[:1])!r}", "constraints", do)

    @property
    def has_place(self) -> bool:
        """Whether place and heading are kept."""
        return self.part in ("all", "path")

    def numbers(self) -> np.ndarray:
        """(152,) bool: which numbers of a frame are kept, path left out."""
        none = np.zeros(WIDTH, bool)
        if isinstance(self.part, tuple):
            for name in self.part:
                none[rotation_of(SMPL24.index(name))] = True
            return none
        kept = {"upper": upper_body(), "lower": lower_body(), "path": none}
        numbers: np.ndarray = kept.get(self.part, upper_body() | lower_body())
        if self.motion.contacts is None:
            numbers[CONTACTS] = False
        return numbers


@dataclass(frozen=True, eq=False)
class Given:
    """All that a dance of T frames must keep, frame by frame.

    Attributes:
        vectors: (T, 152) float32 what is given; zeros elsewhere.
        mask: (T, 152) bool where it is.
        places: (T, 3) metres and radians: x, y and heading of the root; NaN where they are free.
    """

    vectors: np.ndarray
    mask: np.ndarray
    places: np.ndarray

    @classmethod
    def of(cls, constraints: Sequence[Constraint], frames: int, fps: float) -> "Given":
        """What ``constraints`` ask of a dance of so many frames.

        Raises:
            FootlightsError: one reaches beyond the dance, two ask different things of the same
                frame, or a place cannot be reached in time.
        """
        given = cls(
            np.zeros((frames, WIDTH), np.float32),
            np.zeros((frames, WIDTH), bool),
            np.full((frames, 3), np.nan),
        )
        for constraint in constraints:
            given._add(constraint, fps)
        given._check_reachable(fps)
        return given

    def _add(self, constraint: Constraint, fps: float) -> None:
        motion = constraint.motion.resampled(fps)
        start, frames = round(constraint.at * fps), len(self.mask)
        stop = start + len(motion)
        if stop > frames:
            what = f"what is kept ends at {stop / fps:.2f} s, the dance at {frames / fps:.2f} s"
            raise FootlightsError(what, "constraints", "cut it, or ask for a longer dance")

        mask = np.tile(constraint.numbers(), (len(motion), 1))
        if constraint.has_place:
            # The last frame's way leads out of what is kept.
            mask[:-1] |= path()
            self._add_places(motion, start, fps)

        vectors = encode(motion)
        again = mask & self.mask[start:stop]
        unlike = again & (np.abs(vectors - self.vectors[start:stop]) > _ALIKE)
        if unlike.any():
            _refuse_conflict((start + int(np.argmax(unlike.any(axis=1)))) / fps)
        self.vectors[start:stop][mask] = vectors[mask]
        self.mask[start:stop] |= mask

    def _add_places(self, motion: Motion, start: int, fps: float) -> None:
        places = np.column_stack([motion.root[:, :2].astype(np.float64), heading_of(motion)])
        before = self.places[start : start + len(motion)]
        apart = np.abs(places - before)
        apart[:, 2] = np.abs(_wrapped(places[:, 2] - before[:, 2]))
        # Where nothing was asked before, these are NaN and greater than nothing.
        unlike = (apart > _ALIKE_PLACE).any(axis=1)
        if unlike.any():
            _refuse_conflict((start + int(np.argmax(unlike))) / fps)
        self.places[start : start + len(motion)] = places

    def _check_reachable(self, fps: float) -> None:
        for start, stop in self._gaps():
            way = float(np.linalg.norm(self.places[stop, :2] - self.places[start, :2]))
            seconds = (stop - start) / fps
            if way > _FASTEST * seconds:
                what = f"{way:.1f} m in {seconds:.2f} s, from {start / fps:.2f} s on, are too far"
                raise FootlightsError(what, "constraints", "leave more time between the places")

    def _gaps(self) -> list[tuple[int, int]]:
        """Frames between which the way is free, though both have a place."""
        placed = np.flatnonzero(np.isfinite(self.places[:, 0]))
        pairs = zip(placed[:-1].tolist(), placed[1:].tolist(), strict=True)
        return [pair for pair in pairs if not self.mask[pair[0], VELOCITY].all()]

    @property
    def has_places(self) -> bool:
        """Whether any frame has a place."""
        return bool(np.isfinite(self.places[:, 0]).any())

    def hold(self, vectors: np.ndarray, fps: float) -> None:
        """Changes vectors (T or more, 152) to what is given, and their way to lead through it.

        What is missing of a way, or is too much, is spread over its frames.
        """
        inside = vectors[: len(self.mask)]
        inside[self.mask] = self.vectors[self.mask]
        for start, stop in self._gaps():
            part, weights = inside[start:stop], _bump(stop - start)
            now, then = self.places[start], self.places[stop]
            turn = _wrapped(then[2] - now[2] - part[:, YAW_RATE].sum() / fps)
            part[:, YAW_RATE] += (turn * fps * weights)[:, None]

            turned = np.cumsum(part[:-1, YAW_RATE][:, 0].astype(np.float64)) / fps
            yaw = now[2] + np.concatenate([[0.0], turned])
            steps = rotate_planar(part[:, VELOCITY].astype(np.float64), yaw) / fps
            missing = (then[:2] - now[:2] - steps.sum(axis=0)) * weights[:, None]
            part[:, VELOCITY] += rotate_planar(missing * fps, -yaw)

    def join(self, vectors: np.ndarray, fps: float) -> None:
        """As `hold`, and the frames beside what is given come to it, so that nothing jumps."""
        self.hold(vectors, fps)
        inside, reach = vectors[: len(self.mask)], round(_JOIN_SECONDS * fps)
        for number in np.flatnonzero(self.mask.any(axis=0)):
            if not ROTATIONS.start <= number < ROTATIONS.stop:
                join_numbers(inside[:, number], self.mask[:, number], reach)

        for joint in range(len(SMPL24)):
            numbers = rotation_of(joint)
            mask = self.mask[:, numbers.start]
            if mask.any():
                rotations = quat_from_matrix(matrix_from_6d(inside[:, numbers].astype(np.float64)))
                join_rotations(rotations, mask, reach)
                sixd = sixd_from_matrix(matrix_from_quat(rotations))
                inside[~mask, numbers] = sixd.reshape(-1, 6)[~mask]
        self.hold(vectors, fps)

    def placed(self, motion: Motion) -> Motion:
        """The motion, moved and turned as a whole so that it stands where it is asked to."""
        if not self.has_places:
            return motion
        frame = int(np.argmax(np.isfinite(self.places[:, 0])))
        x, y, heading = self.places[frame]
        yaw = heading - float(heading_of(motion[frame : frame + 1])[0])
        root = quat_rotate(quat_about("z", yaw), motion.root[frame].astype(np.float64))
        return motion.moved((x - root[0], y - root[1], 0.0), yaw)

    def kept(self, before: Motion, cleaned: Motion) -> Motion:
        """``cleaned``, but as ``before`` where legs or places are given, and softly beside."""
        standing = lower_body() | path()
        held = (self.mask & standing).any(axis=1) | np.isfinite(self.places[:, 0])
        if not held.any():
            return cleaned
        from scipy.ndimage import distance_transform_edt

        share = smoothstep(distance_transform_edt(~held) / (_SETTLE_SECONDS * before.fps))
        root = before.root + share[:, None] * (cleaned.root - before.root)
        rotations = slerp(
            before.rotations.astype(np.float64),
            cleaned.rotations.astype(np.float64),
            np.repeat(share[:, None], len(before.skeleton), axis=1),
        )
        return cleaned.replace(root=root, rotations=rotations)


def _refuse_conflict(seconds: float) -> None:
    raise FootlightsError(
        f"two constraints want different things at {seconds:.2f} s",
        "constraints",
        "leave one of them out, or let them meet",
    )


def _bump(count: int) -> np.ndarray:
    """(F,) weights that rise and fall softly and sum to 1."""
    rise = np.sin(np.pi * (np.arange(count) + 0.5) / count) ** 2
    weights: np.ndarray = rise / rise.sum()
    return weights


def _wrapped(angle: np.ndarray) -> np.ndarray:
    """Radians in [-pi, pi)."""
    wrapped: np.ndarray = (angle + np.pi) % (2 * np.pi) - np.pi
    return wrapped
