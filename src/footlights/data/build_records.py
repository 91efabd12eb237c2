"""What each step of a data build leaves for the next run, as typed records kept in JSON."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol, Self

from ..retargeting.fidelity import Fidelity
from .dataset import DatasetClip, DatasetSong
from .json_fields import Fields


class Record(Protocol):
    """The result of a step; it counts for the next run while all files that it names are there."""

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """The record that `as_json` made; FootlightsError when it is of another shape."""

    def as_json(self, folder: Path) -> dict[str, Any]:
        """JSON-ready; files by their names in ``folder``."""

    def files(self) -> Iterable[Path]:
        """The files that the step wrote."""


@dataclass(frozen=True)
class RigRecord:
    """Of a motion file: a digest of its skeleton, and its length in seconds."""

    rig: str
    seconds: float

    @classmethod
    def read(cls, fields: Fields) -> "RigRecord":
        """See `Record`."""
        return cls(fields.text("rig"), fields.number("seconds", low=0))

    def as_json(self, folder: Path) -> dict[str, Any]:
        """See `Record`."""
        return asdict(self)

    def files(self) -> tuple[Path, ...]:
        """See `Record`."""
        return ()


@dataclass(frozen=True)
class CalibrationRecord:
    """Of a rig: the file with the constant rotations between its joint axes and ours."""

    file: Path

    @classmethod
    def read(cls, fields: Fields) -> "CalibrationRecord":
        """See `Record`."""
        return cls(fields.folder / "cache" / f"{fields.text('key')}.npz")

    def as_json(self, folder: Path) -> dict[str, Any]:
        """See `Record`; the file is called like the step's key."""
        return {}

    def files(self) -> tuple[Path, ...]:
        """See `Record`."""
        return (self.file,)


@dataclass(frozen=True)
class PartFigures:
    """Of one built clip: its length (s), its floor before it was put to 0 (m), its fidelity."""

    seconds: float
    floor: float
    fidelity: Fidelity

    @classmethod
    def read(cls, fields: Fields) -> "PartFigures":
        """See `Record`."""
        names = Fidelity.__dataclass_fields__
        fidelity = Fidelity(**{name: fields.measure(name) for name in names})
        return cls(fields.number("seconds", low=0), fields.number("floor"), fidelity)

    def as_json(self) -> dict[str, Any]:
        """JSON-ready, but for NaN where a measure could not be taken."""
        return {"seconds": self.seconds, "floor": self.floor, **asdict(self.fidelity)}


@dataclass(frozen=True)
class CutSpan:
    """A part of a clip that was dropped: seconds of its file, and why."""

    start: float
    end: float
    reason: str

    @classmethod
    def read(cls, fields: Fields) -> "CutSpan":
        """See `Record`."""
        return cls(
            fields.number("start", low=0), fields.number("end", low=0), fields.text("reason")
        )

    def __str__(self) -> str:
        return f"{self.start:.2f} to {self.end:.2f} s: {self.reason}"


@dataclass(frozen=True)
class ClipRecord:
    """Of a source clip: the clips it became.

    Attributes:
        clips: one, or several where it had to be cut.
        figures: of each of them.
        bridged, cut: seconds of it that were bridged and cut away.
        scale: our leg over its.
        cuts: the parts of it that no body can have done.
    """

    clips: tuple[DatasetClip, ...]
    figures: tuple[PartFigures, ...]
    bridged: float
    cut: float
    scale: float
    cuts: tuple[CutSpan, ...] = ()

    @classmethod
    def read(cls, fields: Fields) -> "ClipRecord":
        """See `Record`."""
        return cls(
            clips=tuple(DatasetClip.read(row) for row in fields.objects("rows")),
            figures=tuple(PartFigures.read(row) for row in fields.objects("figures")),
            bridged=fields.number("bridged"),
            cut=fields.number("cut"),
            scale=fields.number("scale"),
            cuts=tuple(CutSpan.read(row) for row in fields.objects("cuts")),
        )

    def as_json(self, folder: Path) -> dict[str, Any]:
        """See `Record`."""
        return {
            "rows": [clip.as_json(folder) for clip in self.clips],
            "figures": [figures.as_json() for figures in self.figures],
            "bridged": self.bridged,
            "cut": self.cut,
            "scale": self.scale,
            "cuts": [asdict(cut) for cut in self.cuts],
        }

    def files(self) -> list[Path]:
        """See `Record`."""
        files = [path for clip in self.clips for path in (clip.file, clip.song)]
        return [path for path in files if path is not None]


@dataclass(frozen=True)
class SongRecord:
    """Of a song without a dance: the song as it was built."""

    song: DatasetSong

    @classmethod
    def read(cls, fields: Fields) -> "SongRecord":
        """See `Record`."""
        songs = [DatasetSong.read(row) for row in fields.objects("rows")]
        if len(songs) != 1:
            raise fields.wrong("rows", "is not one song")
        return cls(songs[0])

    def as_json(self, folder: Path) -> dict[str, Any]:
        """See `Record`."""
        return {"rows": [self.song.as_json(folder)]}

    def files(self) -> tuple[Path, ...]:
        """See `Record`."""
        return (self.song.file,)
