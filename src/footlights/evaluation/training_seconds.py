"""The motions a model learnt from, as seconds to look a dance up in: made once, kept by content."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ..basics.errors import FootlightsError
from ..basics.progress import Report
from ..basics.whole_files import writing
from ..data.dataset import Dataset, holds_dataset
from ..metrics.novelty import SECOND_WIDTH, TrainingSeconds
from ..motion.motion import Motion
from ..retargeting.pose_transfer import on_house_skeleton
from .clip_listing import ListedClip, Motions, list_clips


def training_seconds(motions: Motions, kept: Path, progress: Report | None = None) -> Path:
    """The file of all seconds of motions, in the folder ``kept``; named after their content.

    Args:
        motions: of a folder (of built data: its train split), or of a caller.

    Raises:
        FootlightsError: no such folder, no motion in it, or one that cannot be read.
    """
    clips = _learnt_clips(motions)
    digest = hashlib.sha256()
    for clip in clips:
        digest.update(_quick_digest(clip))

    target = kept / f"train-{digest.hexdigest()[:24]}.npy"
    # Named by content, so that it is there only when it is what is asked for, or damaged.
    if not _is_whole(target):
        kept.mkdir(parents=True, exist_ok=True)
        windows = TrainingSeconds.of(_read(clips, progress)).windows
        with writing(target) as temporary, open(temporary, "wb") as handle:
            np.save(handle, windows)
    return target


def _is_whole(target: Path) -> bool:
    try:
        return TrainingSeconds.read(target).windows.shape[1:] == (SECOND_WIDTH,)
    except (OSError, ValueError, EOFError, AttributeError):
        return False


def _learnt_clips(motions: Motions) -> list[ListedClip]:
    if not isinstance(motions, str | os.PathLike):
        return list_clips(motions)
    folder = Path(motions)
    if not folder.is_dir():
        do = "give the folder of motions that the model learnt from"
        raise FootlightsError("no such folder", folder, do)
    if not holds_dataset(folder):
        return list_clips(folder)

    files = [clip.file for clip in Dataset.read(folder).clips if clip.split == "train"]
    if not files:
        raise FootlightsError("the train split is empty", folder, "give a folder of motion files")
    return [ListedClip(file.stem, file) for file in files]


def _quick_digest(clip: ListedClip) -> bytes:
    """Of a file its size and time: hours of motion are not read again to find them kept."""
    if clip.path is None:
        return clip.content_digest()
    stat = clip.path.stat()
    return repr((str(clip.path.resolve()), stat.st_size, stat.st_mtime_ns)).encode()


def _read(clips: list[ListedClip], progress: Report | None) -> Iterator[Motion]:
    for number, clip in enumerate(clips):
        if progress:
            progress(number / len(clips), f"training motions: {number} of {len(clips)}")
        yield on_house_skeleton(clip.source_motion())
