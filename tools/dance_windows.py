"""Windows of real motion from built data, for tools that measure what bodies do."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from footlights.data.dataset import Dataset, DatasetClip
from footlights.formats import read
from footlights.motion.motion import Motion

SECONDS = 10.0  # of a window; the last of a clip may be shorter


@dataclass(frozen=True)
class Window:
    """Some seconds of a clip: its genre, file, first and last + 1 frame."""

    genre: str
    file: Path
    start: int
    end: int

    def motion(self) -> Motion:
        return read(self.file)[self.start : self.end]


def dance_windows(data: Path, split: str, free: bool = False) -> list[Window]:
    """Windows of clean dance of a split, at least half as long as `SECONDS`.

    ``free``: only of recordings whose licence allows commercial use.
    """
    dataset = Dataset.read(data)
    clips = dataset.dances(split, commercial_only=free)
    return _windows(dataset, (clip for clip in clips if not clip.flawed), least=0.5)


def other_windows(data: Path) -> list[Window]:
    """Windows of clean clips that are no dance, of all splits but test."""
    dataset = Dataset.read(data)
    clips = (c for c in dataset.clips if not (c.dance or c.flawed or c.split == "test"))
    return _windows(dataset, clips, least=0.2)


def _windows(dataset: Dataset, clips: Iterable[DatasetClip], least: float) -> list[Window]:
    """At least ``least`` of the length long, but for clips that are shorter as a whole."""
    length = round(SECONDS * dataset.fps)
    windows = []
    for clip in clips:
        frames = round(clip.seconds * dataset.fps)
        for start in range(0, frames, length):
            if frames - start >= least * length or start == 0:
                end = min(start + length, frames)
                windows.append(Window(clip.style, clip.file, start, end))
    return windows
