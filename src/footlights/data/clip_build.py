"""The work on one motion file: read, repair, retarget, one floor, contacts, rhythm, saved."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .. import formats
from ..basics.errors import FootlightsError
from ..basics.whole_files import writing
from ..metrics.motion_beats import MIN_TEMPO_TRUST, beats_of, tempo_of
from ..motion.contacts import mark_contacts
from ..motion.floor import floor_height
from ..motion.motion import Motion
from ..motion.skeleton import SMPL24
from ..retargeting.bone_calibration import calibrate
from ..retargeting.fidelity import fidelity
from ..retargeting.joint_heuristics import source_joints
from ..retargeting.observed_motion import observe, observe_rest_pose
from ..retargeting.pose_transfer import retarget
from .build_keys import digest
from .build_records import CalibrationRecord, ClipRecord, CutSpan, PartFigures, RigRecord
from .dataset import DatasetClip
from .recording_faults import recording_faults, sound_spans
from .repair import Repaired, plausible_spans, repair
from .song_features import ClipRhythm, save_clip_song
from .sources.base import SourceClip

FPS = 30.0
_CALIBRATION_SECONDS = 20.0  # of one segment: enough to see every joint of its rig move


@dataclass(frozen=True)
class _Part:
    """A part of a clip: where it begins (s), as recorded and on our body, both at ``FPS``, and the
    height of its floor (m).
    """

    start: float
    source: Motion
    result: Motion
    floor: float


def identify_rig(clip: SourceClip) -> RigRecord:
    """Which rig a file is on, and how long it is."""
    motion = formats.read(clip.path, **clip.options)
    # Rounded to 0.1 mm: exporters print the same rig differently; minus zero is zero.
    offsets = np.round(motion.skeleton.offsets, 4) + 0.0
    rig = digest(motion.skeleton.names, motion.skeleton.parents, offsets.tobytes())
    return RigRecord(rig, motion.seconds)


def calibrate_rig(clips: Sequence[SourceClip], file: Path) -> CalibrationRecord:
    """Save in ``file`` the constant rotations and the scale that ``clips`` of one rig share."""
    observations = []
    for clip in clips:
        for segment in _repaired(clip).segments:
            frames = round(_CALIBRATION_SECONDS * segment.motion.fps)
            motion = segment.motion[:frames].resampled(FPS)
            names = source_joints(motion.skeleton)
            observations.append(observe(motion, names, SMPL24))
            # All are on one rig, so any of them has its rest pose.
            rest = observe_rest_pose(motion.skeleton, names)
    if not observations:
        raise _nothing_left(clips[0])

    scale = float(np.median([observation.scale for observation in observations]))
    rotations = calibrate(observations, SMPL24, rest)
    with writing(file) as temporary, open(temporary, "wb") as handle:
        np.savez(
            handle,
            names=np.array(list(rotations)),
            turns=np.stack(list(rotations.values())),
            scale=np.float64(scale),
        )
    return CalibrationRecord(file)


def build_clip(clip: SourceClip, calibration: Path, out: Path) -> ClipRecord:
    """Build one clip into ``out``/clips, as several where it has to be cut."""
    with np.load(calibration) as stored:
        rotations = dict(zip(stored["names"].tolist(), stored["turns"], strict=True))
        scale = float(stored["scale"])

    repaired = _repaired(clip)
    if not repaired.segments:
        raise _nothing_left(clip)
    plausible, cut = _plausible_parts(repaired, rotations, scale)
    parts, spans = _sound_parts(plausible)
    cut += sum(part.result.seconds for part in plausible)
    cut -= sum(part.result.seconds for part in parts)
    if not plausible:
        what = "no possible body pose is left"
        raise FootlightsError(what, clip.path, "look at the recording")

    clips, figures = [], []
    for number, part in enumerate(parts, start=1):
        name = clip.id if len(parts) == 1 else f"{clip.id}.{number}"
        truth = fidelity(part.source, part.result, scale)
        figures.append(PartFigures(part.result.seconds, part.floor, truth))
        motion = _finished(clip, part.result, part.floor)
        clips.append(_saved(clip, name, part.start, motion, out))
    return ClipRecord(tuple(clips), tuple(figures), repaired.bridged, cut, scale, tuple(spans))


def _repaired(clip: SourceClip) -> Repaired:
    motion = formats.read(clip.path, **clip.options)
    return repair(motion, source_joints(motion.skeleton), clip.skip, clip.tail)


def _nothing_left(clip: SourceClip) -> FootlightsError:
    what = "nothing sound is left after repair"
    return FootlightsError(what, clip.path, "look at the recording")


def _plausible_parts(
    repaired: Repaired, rotations: dict[str, np.ndarray], scale: float
) -> tuple[list[_Part], float]:
    """What shows possible poses on our body, and how many seconds are cut in all."""
    parts, cut = [], repaired.cut
    for segment in repaired.segments:
        source = segment.motion.resampled(FPS)
        result = retarget(source, alignment=rotations, scale=scale)
        for a, b in plausible_spans(result):
            part = result[a:b]
            parts.append(_Part(segment.start + a / FPS, source[a:b], part, floor_height(part)))
        cut += result.seconds
    return parts, cut - sum(part.result.seconds for part in parts)


def _sound_parts(parts: Sequence[_Part]) -> tuple[list[_Part], list[CutSpan]]:
    """What a body can have done of ``parts``, and what was dropped of them.

    The floor stays that of the whole part: its rest may have too few steps to find it again.
    """
    sound, cuts = [], []
    for part in parts:
        faults = recording_faults(part.result.moved((0.0, 0.0, -part.floor)))
        for fault in faults:
            start, end = (round(part.start + frame / FPS, 2) for frame in (fault.start, fault.end))
            cuts.append(CutSpan(start, end, fault.what))

        for a, b in sound_spans(part.result, faults):
            start = part.start + a / FPS
            sound.append(_Part(start, part.source[a:b], part.result[a:b], part.floor))
    return sound, cuts


def _finished(clip: SourceClip, motion: Motion, floor: float) -> Motion:
    """Put on the floor, with contacts, and with what its file shall say of its origin."""
    grounded = motion.moved((0.0, 0.0, -floor))
    meta = {"clip": clip.id, "source": clip.source, "licence": clip.licence}
    return grounded.replace(contacts=mark_contacts(grounded), meta=meta)


def _saved(clip: SourceClip, name: str, start: float, motion: Motion, out: Path) -> DatasetClip:
    """Write one clip and, where it has a song, the song's features."""
    file = out / "clips" / f"{name}.npz"
    formats.write(motion, file)
    if clip.song is None:
        bpm, trust = tempo_of(motion)
        known = bool(np.isfinite(bpm)) and trust >= MIN_TEMPO_TRUST
        beats = beats_of(motion) if known else np.empty(0)
        rhythm = ClipRhythm.rounded(bpm if known else np.nan, trust, beats)
    else:
        rhythm = save_clip_song(clip.song, out / "songs" / f"{name}.npz", start, motion)

    return DatasetClip(
        id=name,
        file=file,
        source=clip.source,
        style=clip.style,
        split=clip.split,
        subject=clip.subject,
        licence=clip.licence,
        commercial=clip.commercial,
        dance=clip.dance,
        flawed=clip.flawed,
        start=round(start, 4),
        seconds=round(motion.seconds, 4),
        bpm=rhythm.bpm,
        trust=rhythm.trust,
        beats=rhythm.beats,
        song=rhythm.song,
    )
