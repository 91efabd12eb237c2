"""Built training data as typed records: the only reader of ``data.json``."""

import hashlib
import os
from collections.abc import Iterable
from dataclasses import astuple, dataclass, replace
from pathlib import Path

from ..basics.errors import FootlightsError
from .json_fields import TEMPO, Fields
from .sources import SPLITS

DATA_FILE = "data.json"
DATA_FORMAT = "footlights-data-1"

_BUILD = "run: footlights data build --source DIR -o DIR"
_REBUILD = "build the data again"


@dataclass(frozen=True)
class DatasetClip:
    """One clip of built data.

    Attributes:
        id: its unique name.
        file: the motion, below the data's folder.
        source: the recording it belongs to.
        style: dance style, or "".
        split: "train", "val" or "test".
        subject: who moved, or "".
        licence: its licence, in words.
        commercial: whether the licence allows commercial use.
        dance: whether it is dance.
        flawed: known to contain glitches.
        start: where it begins in the recording, seconds.
        seconds: how long it is.
        bpm: beats a minute, or None where they are not clear.
        trust: how clear they are.
        beats: seconds from the clip's start, rising; empty where they are not clear.
        song: the features of the song it was danced to, below the data's folder, or None.
    """

    id: str
    file: Path
    source: str
    style: str
    split: str
    subject: str
    licence: str
    commercial: bool
    dance: bool
    flawed: bool
    start: float
    seconds: float
    bpm: float | None
    trust: float
    beats: tuple[float, ...]
    song: Path | None


@dataclass(frozen=True)
class Dataset:
    """A folder that ``footlights data build`` made: its frames a second and its clips in order."""

    folder: Path
    fps: float
    clips: tuple[DatasetClip, ...]

    @classmethod
    def read(cls, folder: str | os.PathLike[str]) -> "Dataset":
        """The data in ``folder``; the files it names are not opened.

        Raises:
            FootlightsError: there are none, or a field of ``data.json`` is wrong or points out of
                the folder; the line names the file and the field.
        """
        home = Path(folder)
        if not os.path.lexists(home / DATA_FILE):
            raise FootlightsError("no built data here", home / DATA_FILE, _BUILD)
        index = Fields.read(home / DATA_FILE, DATA_FORMAT, _REBUILD)

        clips = tuple(_clip(fields) for fields in index.objects("clips"))
        ids: set[str] = set()
        for number, clip in enumerate(clips):
            if clip.id in ids:
                raise index.wrong(f"clips[{number}].id", f"is there twice ({clip.id[:80]!r})")
            ids.add(clip.id)
        return cls(home, index.number("fps", low=0.1, high=10_000), clips)

    def dances(self, split: str, *, commercial_only: bool = False) -> list[DatasetClip]:
        """The dance clips of a split; of all licences, or only of those that allow commerce."""
        return [
            clip
            for clip in self.clips
            if clip.split == split and clip.dance and (clip.commercial or not commercial_only)
        ]

    def digest(self, clips: Iterable[DatasetClip] | None = None) -> str:
        """64 hex digits that name the content of ``clips``, by default of all of them.

        It changes with any fact about a clip, any byte of its files, and their order; not with the
        place of the folder, nor with what could not be built.

        Raises:
            FootlightsError: a file cannot be read.
        """
        content = hashlib.sha256(repr(self.fps).encode())
        for clip in self.clips if clips is None else clips:
            files = [path for path in (clip.file, clip.song) if path is not None]
            names = [path.relative_to(self.folder).as_posix() for path in files]
            facts = astuple(replace(clip, file=Path(), song=None))
            content.update(repr((names, facts)).encode())
            for path in files:
                content.update(_file_digest(path))
        return content.hexdigest()


def holds_dataset(folder: Path) -> bool:
    """Whether ``footlights data build`` filled this folder, by the name of its index."""
    return os.path.lexists(folder / DATA_FILE)


def _clip(fields: Fields) -> DatasetClip:
    return DatasetClip(
        id=fields.text("id"),
        file=fields.path("file"),
        source=fields.text("source"),
        style=fields.text("style"),
        split=fields.one_of("split", SPLITS),
        subject=fields.text("subject"),
        licence=fields.text("licence"),
        commercial=fields.flag("commercial"),
        dance=fields.flag("dance"),
        flawed=fields.flag("flawed"),
        start=fields.number("start", low=0),
        seconds=fields.number("seconds", low=0),
        bpm=fields.number("bpm", None, low=TEMPO[0], high=TEMPO[1]),
        trust=fields.number("trust"),
        beats=fields.times("beats"),
        song=fields.path("song", None),
    )


def _file_digest(path: Path) -> bytes:
    try:
        with open(path, "rb") as handle:
            return hashlib.file_digest(handle, "sha256").digest()
    except OSError as error:
        raise FootlightsError(f"cannot be read ({error.strerror})", path, _REBUILD) from error
