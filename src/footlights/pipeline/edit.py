"""Doing something with a dance: trim, turn about, pace, lay over, join, on the spot, loop."""

import math
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ..basics.errors import FootlightsError
from ..basics.progress import Report
from ..formats import read, write
from ..metrics.foot_contact import foot_contact_scores
from ..motion.contacts import mark_contacts
from ..motion.floor import floor_height
from ..motion.motion import Motion
from ..motion.skeleton import SMPL24
from ..postprocess.blend import blended, find_seam
from ..postprocess.foot_lock import clean
from ..postprocess.layering import layered
from ..postprocess.loop import find_loop, looped
from ..postprocess.travel import in_place, path_speed
from ..retargeting.pose_transfer import on_house_skeleton
from .edit_beats import downbeats_for

SPEEDS = (0.25, 4.0)
PARTS = ("upper", "lower")

Noted = Callable[[str], None]


@dataclass(frozen=True)
class EditOptions:
    """What is done with a motion, in this order; None and False leave it as it is.

    Attributes:
        start, seconds: the part that is kept; ``seconds`` None goes to the end.
        mirror: left and right are exchanged.
        speed: 2 is twice as fast, 0.25 to 4.
        over, part: the "upper" or "lower" body of the motion over another one.
        join: another motion that comes after it.
        in_place: the slow way over the floor is taken out.
        loop: closed so that it may be repeated.
        music: a song whose downbeats close the loop; its time 0 is the motion's. When None, the
            song that it was danced to, or the motion's own rhythm.
    """

    start: float = 0.0
    seconds: float | None = None
    mirror: bool = False
    speed: float = 1.0
    over: str | os.PathLike[str] | Motion | None = None
    part: str = "upper"
    join: str | os.PathLike[str] | Motion | None = None
    in_place: bool = False
    loop: bool = False
    music: str | os.PathLike[str] | None = None

    def __post_init__(self) -> None:
        if not (math.isfinite(self.start) and self.start >= 0):
            raise FootlightsError(f"cannot start at {self.start:g} s", "--start", "give 0 or more")
        if self.seconds is not None and not 0 < self.seconds < math.inf:
            raise FootlightsError(
                f"cannot keep {self.seconds:g} s", "--seconds", "give more than 0"
            )
        low, high = SPEEDS
        if not low <= self.speed <= high:
            raise FootlightsError(f"{self.speed:g} times", "--speed", f"give {low:g} to {high:g}")
        if self.part not in PARTS:
            raise FootlightsError(f"no part called {self.part!r}", "--part", "upper or lower")
        if not self.steps:
            what = "there is nothing to do"
            raise FootlightsError(what, "edit", "say what: see footlights edit --help")

    @property
    def steps(self) -> list[str]:
        """What is to be done, in words."""
        steps = {
            f"start {self.start:g} s": bool(self.start),
            f"{self.seconds} s long": self.seconds is not None,
            "mirrored": self.mirror,
            f"speed {self.speed:g}": self.speed != 1,
            f"{self.part} body over another": self.over is not None,
            "joined": self.join is not None,
            "in place": self.in_place,
            "looped": self.loop,
        }
        return [step for step, done in steps.items() if done]


@dataclass(frozen=True)
class Quality:
    """What physics and the feet say of a motion; None where it could not be computed."""

    physics_score: float | None
    foot_slip: float | None

    def as_json(self) -> dict[str, Any]:
        """JSON-ready."""
        return {"physics_score": self.physics_score, "foot_slip_cm_s": self.foot_slip}

    def __str__(self) -> str:
        score = "no score" if self.physics_score is None else f"score {self.physics_score:.2f}"
        slip = "" if self.foot_slip is None else f", feet slide {self.foot_slip:.1f} cm/s"
        return score + slip


@dataclass
class EditDelivery:
    """What came of it: the file, its length, how good the motion was and is, and what was said."""

    written: Path
    seconds: float
    fps: float
    before: Quality
    after: Quality
    notes: list[str] = field(default_factory=list)

    @property
    def line(self) -> str:
        """The result for people."""
        return f"{self.written}: {self.seconds:.2f} s; before {self.before}; after {self.after}"

    def as_json(self) -> dict[str, Any]:
        """The document that ``footlights edit --json`` prints."""
        return {
            "written": [str(self.written)],
            "seconds": round(self.seconds, 3),
            "fps": self.fps,
            "before": self.before.as_json(),
            "after": self.after.as_json(),
            "notes": self.notes,
            "problems": [],
        }


def edit_file(
    source: str | os.PathLike[str],
    out: str | os.PathLike[str],
    options: EditOptions,
    *,
    force: bool = False,
    noted: Noted | None = None,
    progress: Report | None = None,
) -> EditDelivery:
    """Edit a motion file into another, judged before and after.

    Raises:
        FootlightsError: a file cannot be read or done so with, or the new one exists.
    """
    target, notes = Path(out), []
    if target.exists():
        if os.path.samefile(source, target):
            raise FootlightsError("would be replaced by its own edit", target, "another name")
        if not force:
            do = "choose another name, or replace it with --force"
            raise FootlightsError("exists already", target, do)

    def note(text: str) -> None:
        notes.append(text)
        if noted:
            noted(text)

    motion = _readable(source, note)
    if progress:
        progress(0.1, "judging the motion as it is")
    before = quality(motion)

    if progress:
        progress(0.4, "editing")
    path = Path(source)
    result = edit(motion, options, noted=note, path=path)
    if progress:
        progress(0.6, "judging what came of it")
    after = quality(result)

    for text in write(result, target):
        note(text)
    return EditDelivery(target, result.seconds, result.fps, before, after, notes)


def edit(
    motion: Motion, options: EditOptions, *, noted: Noted | None = None, path: Path | None = None
) -> Motion:
    """A motion, edited; on the house skeleton. What footwork breaks is mended.

    Args:
        noted: called with what should be known.
        path: the motion's file: the ``dances.json`` beside it may know its beats.

    Raises:
        FootlightsError: it cannot be done with this motion.
    """
    note = noted or (lambda text: None)
    clip = _trimmed(on_house_skeleton(motion), options, note)
    broken = bool(options.over or options.join or options.in_place or options.loop)
    if broken:
        clip = _with_contacts(clip)
    if options.mirror:
        clip = clip.mirrored()
    if options.speed != 1:
        clip = clip.replace(fps=clip.fps * options.speed).resampled(clip.fps)

    if options.over is not None:
        clip = _over(clip, _other(options.over, clip, note), options.part, note)
    if options.join is not None:
        other = _other(options.join, clip, note)
        clip = clean(blended(clip, other, find_seam(clip, other)))

    # Beats are looked for where the dancer still travels: taking the way out may bend steps.
    moments = downbeats_for(clip, options, path, note) if options.loop else ()
    if options.in_place:
        clip = _on_the_spot(clip, note)
    if options.loop:
        clip = _in_a_loop(clip, moments, note)
    # What had to be found out about the source has been told: the new file says its own rate.
    kept = {key: value for key, value in clip.meta.items() if key != "notes"}
    return clip.replace(meta={**kept, "edited": options.steps})


def quality(motion: Motion) -> Quality:
    """What physics and the feet say of a motion on the house skeleton."""
    from ..physics import judge

    score = judge(motion, "auto").physics_score
    slip = foot_contact_scores(_with_contacts(motion))["slip"].value
    return Quality(*(round(x, 3) if math.isfinite(x) else None for x in (score, slip)))


def _readable(source: str | os.PathLike[str] | Motion, note: Noted) -> Motion:
    """A motion on the house skeleton, from its file."""
    motion = source if isinstance(source, Motion) else read(source)
    name = "the other motion" if isinstance(source, Motion) else Path(source).name
    for text in motion.notes:
        note(f"{name}: {text}")
    if motion.skeleton != SMPL24:
        note(f"{name}: moved onto the house body")
    return on_house_skeleton(motion)


def _other(source: str | os.PathLike[str] | Motion, clip: Motion, note: Noted) -> Motion:
    return _with_contacts(_readable(source, note)).resampled(clip.fps)


def _with_contacts(motion: Motion) -> Motion:
    """The motion with contacts, on the floor first when its soles never touch it."""
    if motion.contacts is not None:
        return motion
    contacts = mark_contacts(motion)
    if not contacts.any():
        motion = motion.moved((0.0, 0.0, -floor_height(motion)))
        contacts = mark_contacts(motion)
    return motion.replace(contacts=contacts)


def _trimmed(motion: Motion, options: EditOptions, note: Noted) -> Motion:
    if options.start >= motion.seconds:
        what = f"the motion is {motion.seconds:.2f} s long and has nothing at {options.start:g} s"
        raise FootlightsError(what, "--start", "give an earlier time")
    left = motion.seconds - options.start
    if options.seconds is None:
        return motion.cut(options.start, motion.seconds) if options.start else motion
    if options.seconds > left + 1 / motion.fps:
        note(f"of the {options.seconds:g} s asked for the motion has {left:.2f} left")
    first = min(round(options.start * motion.fps), len(motion) - 1)
    count = max(1, round(min(options.seconds, left) * motion.fps))
    return motion[first : first + count]


def _over(clip: Motion, other: Motion, part: str, note: Noted) -> Motion:
    if abs(clip.seconds - other.seconds) > 0.05:
        note(f"as long as the shorter one: {min(clip.seconds, other.seconds):.2f} s")
    return clean(layered(clip, other) if part == "upper" else layered(other, clip))


def _on_the_spot(clip: Motion, note: Noted) -> Motion:
    """Without its way over the floor."""
    still, feet_stand = in_place(clip)
    if feet_stand:
        return still
    note(
        f"travels at up to {path_speed(clip):.1f} m/s: standing feet move back under it as on a "
        "treadmill"
    )
    return still


def _in_a_loop(clip: Motion, moments: "np.ndarray | tuple[float, ...]", note: Noted) -> Motion:
    span = find_loop(clip, tuple(float(t) for t in moments))
    start, end = span.start / clip.fps, span.end / clip.fps
    note(f"loops from {start:.2f} to {end:.2f} s; the last frame is the first")
    travelled = clip.root[span.end, :2] - clip.root[span.start, :2]
    if np.linalg.norm(travelled) / (end - start) > 0.15:
        note(f"travels {np.linalg.norm(travelled):.1f} m: brought back evenly; try --in-place, too")
    return looped(clip, span)
