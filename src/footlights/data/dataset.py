"""Built training data as typed records: the only reader of ``data.json``."""

import hashlib
import os
from collections.abc import Iterable
from dataclasses import asdict, astuple, dataclass, replace
from pathlib import Path
from typing import Any

from ..basics.errors import FootlightsError
from .json_fields import TEMPO, Fields, read_json
from .sources.base import SPLITS

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

    @classmethod
    def read(cls, fields: Fields) -> "DatasetClip":
        """The clip that an object of ``data.json`` describes."""
        return cls(
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

    def as_json(self, folder: Path) -> dict[str, Any]:
        """Its object in the ``data.json`` of ``folder``."""
        song = None if self.song is None else _name_in(folder, self.song)
        return asdict(self) | {"file": _name_in(folder, self.file), "song": song}


@dataclass(frozen=True)
class DatasetSong:
    """One song without a dance.

    Attributes:
        name: its unique name.
        file: its features, below the data's folder.
        split: "train", "val" or "test".
        danceable: whether people dance to such music.
        tempo: beats a minute, or None where they are not clear.
        trust: how clear they are.
        beats: seconds from its start, rising; empty where they are not clear.
        seconds: how long it is.
    """

    name: str
    file: Path
    split: str
    danceable: bool
    tempo: float | None
    trust: float
    beats: tuple[float, ...]
    seconds: float

    @classmethod
    def read(cls, fields: Fields) -> "DatasetSong":
        """The song that an object of ``data.json`` describes."""
        return cls(
            name=fields.text("name"),
            file=fields.path("file"),
            split=fields.one_of("split", SPLITS),
            danceable=fields.flag("danceable"),
            tempo=fields.number("tempo", None, low=TEMPO[0], high=TEMPO[1]),
            trust=fields.number("trust"),
            beats=fields.times("beats"),
            seconds=fields.number("seconds", low=0),
        )

    def as_json(self, folder: Path) -> dict[str, Any]:
        """Its object in the ``data.json`` of ``folder``."""
        return asdict(self) | {"file": _name_in(folder, self.file)}


@dataclass(frozen=True)
class Dataset:
    """A folder that ``footlights data build`` made.

    Attributes:
        folder: where it is.
        fps: frames a second of every clip.
        clips, songs: what is in it, in order.
    """

    folder: Path
    fps: float
    clips: tuple[DatasetClip, ...]
    songs: tuple[DatasetSong, ...] = ()

    @classmethod
    def read(cls, folder: str | os.PathLike[str]) -> "Dataset":
        """The data in ``folder``; the files it names are not opened.

        Raises:
            FootlightsError: there are none, or a field of ``data.json`` is wrong or points out of
                the folder; the line names the file and the field.
        """
        home = Path(folder)
        # Another mistake than a broken index, and the commonest: say how data are made.
        if not holds_dataset(home):
            raise FootlightsError("no built data here", home / DATA_FILE, _BUILD)
        index = read_json(home / DATA_FILE, _REBUILD)
        index.require_format(DATA_FORMAT)

        clips = tuple(DatasetClip.read(fields) for fields in index.objects("clips"))
        songs = tuple(DatasetSong.read(fields) for fields in index.objects("songs", ()))
        _refuse_repeated(index, "clips", [clip.id for clip in clips])
        _refuse_repeated(index, "songs", [song.name for song in songs])
        return cls(home, index.number("fps", low=0.1, high=10_000), clips, songs)

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
            names = [_name_in(self.folder, path) for path in files]
            # Where the folder lies is no fact about the clip.
            facts = astuple(replace(clip, file=Path(), song=None))
            content.update(repr((names, facts)).encode())
            for path in files:
                content.update(_file_digest(path))
        return content.hexdigest()


def holds_dataset(folder: Path) -> bool:
    """Whether ``footlights data build`` filled this folder, by the name of its index."""
    return os.path.lexists(folder / DATA_FILE)


def _refuse_repeated(index: Fields, what: str, names: list[str]) -> None:
    known: set[str] = set()
    for number, name in enumerate(names):
        if name in known:
            raise index.wrong(f"{what}[{number}]", f"is called like another ({name[:80]!r})")
        known.add(name)


def _name_in(folder: Path, path: Path) -> str:
    return path.relative_to(folder).as_posix()


def _file_digest(path: Path) -> bytes:
    try:
        with open(path, "rb") as handle:
            return hashlib.file_digest(handle, "sha256").digest()
    except OSError as error:
        raise FootlightsError(f"cannot be read ({error.strerror})", path, _REBUILD) from error
