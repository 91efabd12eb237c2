"""The motions a model learnt from, as seconds to look a dance up in: made once, kept by content,
shared by the workers.
"""

import functools
import hashlib
from pathlib import Path

import numpy as np

from ..basics.errors import FootlightsError
from ..basics.progress import Report
from ..basics.whole_files import writing
from ..data.dataset import Dataset, holds_dataset
from ..formats import read
from ..metrics.novelty import TrainingSeconds
from ..retargeting.pose_transfer import on_house_skeleton
from .clip_listing import motions


def training_seconds(folder: Path, kept: Path, progress: Report | None = None) -> Path:
    """The file of all seconds of the motions of a folder, or of the train split of built data, in
    the folder ``kept``.

    Raises:
        FootlightsError: no such folder, no motion in it, or one that cannot be read.
    """
    if not folder.is_dir():
        raise FootlightsError(
            "no such folder", folder, "give the folder of motions that the model learnt from"
        )
    files = _trained(folder) if holds_dataset(folder) else motions(folder)
    mark = hashlib.sha256()
    for file in files:
        stat = file.stat()
        mark.update(repr((str(file.resolve()), stat.st_size, stat.st_mtime_ns)).encode())
    target = kept / f"train-{mark.hexdigest()[:24]}.npy"
    if not target.exists():
        kept.mkdir(parents=True, exist_ok=True)
        windows = TrainingSeconds.of(_read(files, progress)).windows
        with writing(target) as temporary, open(temporary, "wb") as handle:
            np.save(handle, windows)
    return target


@functools.lru_cache(1)
def kept_seconds(file: Path) -> TrainingSeconds:
    """Seconds that `training_seconds` kept; mapped, so that workers share their memory."""
    return TrainingSeconds(np.load(file, mmap_mode="r", allow_pickle=False))


def _trained(folder: Path) -> list[Path]:
    files = [clip.file for clip in Dataset.read(folder).clips if clip.split == "train"]
    if not files:
        raise FootlightsError("the train split is empty", folder, "give a folder of motion files")
    return files


def _read(files: list[Path], progress: Report | None):  # type: ignore[no-untyped-def]
    for done, file in enumerate(files):
        if progress:
            progress(done / len(files), f"training motions: {done} of {len(files)}")
        yield on_house_skeleton(read(file))
