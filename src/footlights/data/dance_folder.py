"""A folder that ``footlights dance`` filled, as records: the only reader of ``dances.json``."""

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path, PureWindowsPath
from typing import Any

from ..basics.errors import FootlightsError
from ..basics.file_names import safe_name
from ..music.decode import AUDIO_SUFFIXES
from .json_fields import TEMPO, Fields, read_json

DANCES_FILE = "dances.json"
DANCES_FORMAT = "footlights-dances-1"
FRONT_PAGE = "index.html"

_REPLACE = "give --force to replace it, or another place with -o"


@dataclass(frozen=True)
class Figure:
    """One number about a dance: ``value`` is None when it could not be computed, for ``reason``."""

    value: float | None
    unit: str = ""
    reason: str = ""

    def as_json(self) -> dict[str, Any]:
        """JSON-ready; a reason only where there is one."""
        return {"value": self.value, "unit": self.unit} | (
            {"reason": self.reason} if self.reason else {}
        )


@dataclass(frozen=True)
class ListedDance:
    """One dance to a song.

    Attributes:
        name: its files' name without ending.
        take: its number among the dances to the song, from 0.
        style: of the model's styles, or None.
        seconds, fps: how long it is, and its frames a second; 0 where an older list says neither.
        files: name of its file in the folder, by format ("npz", "mp4", ...).
        figures: what was measured of it, by name.
    """

    name: str
    take: int
    style: str | None = None
    seconds: float = 0.0
    fps: float = 0.0
    files: Mapping[str, str] = field(default_factory=dict)
    figures: Mapping[str, Figure] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """JSON-ready."""
        figures = {name: figure.as_json() for name, figure in self.figures.items()}
        return asdict(self) | {"figures": figures}


@dataclass(frozen=True)
class ListedPhrase:
    """A phrase of a song: what it is called ("A", "B", "A'"), and from when to when, seconds."""

    name: str
    start: float
    end: float


@dataclass(frozen=True)
class DancedSong:
    """One song and the dances to it.

    Attributes:
        name: what its files and its page are called by.
        song: the song's file name.
        song_path: where the song lies, seen from the folder, as a path with slashes; None where
            that is not known. It may lead out of the folder, as songs lie where their owners keep
            them: `song_file` alone follows it.
        requested_seconds: the length that was asked for; None goes to the song's end.
        start, seconds: the part of the song that was danced to.
        tempo: beats a minute, or None where they are not clear.
        beat_trust: how surely the beats are the song's, from 0 to 1.
        beats, downbeats: seconds in the dance; empty where they are not clear.
        beat_division: parts of each beat, 2 or 3.
        beat_rival: how many beats later the beat may lie as well; None where it is sure.
        phrases: of sixteen counts; empty where the song has no clear beat or is too short.
        damaged: whether the song is cut short.
        notes: what a person should know of the song.
        model, seed, energy, style, repeat: what was asked for.
        page: name of its page in the folder, or None.
        dances: the dances in order of their takes.
    """

    name: str
    song: str = ""
    song_path: str | None = None
    start: float = 0.0
    seconds: float | None = None
    requested_seconds: float | None = None
    tempo: float | None = None
    beat_trust: float = 0.0
    beats: tuple[float, ...] = ()
    downbeats: tuple[float, ...] = ()
    beat_division: int = 2
    beat_rival: float | None = None
    phrases: tuple[ListedPhrase, ...] = ()
    damaged: bool = False
    notes: tuple[str, ...] = ()
    model: str = ""
    seed: int = 0
    energy: float = 0.0
    style: str | None = None
    repeat: float = 0.0
    page: str | None = None
    dances: tuple[ListedDance, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """JSON-ready: the song's entry in ``dances.json``."""
        return asdict(self) | {"dances": [dance.as_json() for dance in self.dances]}


def read_dances(folder: str | os.PathLike[str]) -> tuple[DancedSong, ...]:
    """The songs of a folder of dances, in the order they came; none when it has no list.

    What an older list does not say has the default of its record.

    Raises:
        FootlightsError: a field of ``dances.json`` is wrong or leads out of the folder; the line
            names the file and the field.
    """
    path = Path(folder) / DANCES_FILE
    if not os.path.lexists(path):
        return ()
    try:
        listed = read_json(path, _REPLACE)
        listed.require_format(DANCES_FORMAT)
        return tuple(_song(fields) for fields in listed.objects("songs"))
    except FootlightsError as error:
        what = f"is not a list of dances ({error.what})"
        raise FootlightsError(what, path, _REPLACE) from error


def relative_song_path(song: Path, folder: Path) -> str | None:
    """How ``song_path`` says where a song lies; None where it cannot be said."""
    try:
        # The song's own name is kept where it is a link: it may lead to a name without an ending.
        place = song.parent.resolve() / song.name
        path = Path(os.path.relpath(place, folder.resolve())).as_posix()
        path.encode()
    except (OSError, ValueError):  # another drive; a name that is no text
        return None
    return path


def song_file(folder: str | os.PathLike[str], song: DancedSong) -> Path | None:
    """The sound file that a song of a folder of dances was danced to; None when it is not there.

    It is only ever played. A path that is absolute, or of a file that is no sound by its name, or
    of a device, is not followed: a list that came with a stranger's dances must not make a page of
    somebody's letters.
    """
    song_path = song.song_path
    if (
        not song_path
        or "\0" in song_path
        or os.path.isabs(song_path)
        or PureWindowsPath(song_path).drive
    ):
        return None
    if not song_path.lower().endswith(AUDIO_SUFFIXES):
        return None

    path = Path(folder) / song_path
    try:
        target = path.resolve()
        is_sound = target.suffix.lower() in AUDIO_SUFFIXES and target.is_file()
    except OSError:
        return None
    return path if is_sound else None


def _song(fields: Fields) -> DancedSong:
    name, page = fields.text("name"), fields.text("page", None)
    # Only names that we give: pages are replaced and dances deleted by them.
    if safe_name(name) != name:
        raise fields.wrong("name", "is not a file name")
    if page not in (None, FRONT_PAGE, f"{name}.html"):
        raise fields.wrong("page", "is not the name of the song's page")
    division = fields.whole("beat_division", 2)
    if division not in (2, 3):
        raise fields.wrong("beat_division", "is neither 2 nor 3")

    return DancedSong(
        name,
        song=fields.text("song", ""),
        song_path=fields.text("song_path", None),
        start=fields.number("start", 0.0, low=0),
        seconds=fields.number("seconds", None, low=0),
        requested_seconds=fields.number("requested_seconds", None, low=0),
        tempo=fields.number("tempo", None, low=TEMPO[0], high=TEMPO[1]),
        beat_trust=fields.number("beat_trust", 0.0),
        beats=fields.times("beats", ()),
        downbeats=fields.times("downbeats", ()),
        beat_division=division,
        beat_rival=fields.number("beat_rival", None, low=0, high=1),
        phrases=tuple(
            ListedPhrase(
                phrase.text("name"), phrase.number("start", low=0), phrase.number("end", low=0)
            )
            for phrase in (fields.objects("phrases") if "phrases" in fields.values else ())
        ),
        damaged=fields.flag("damaged", False),
        notes=fields.texts("notes", ()),
        model=fields.text("model", ""),
        seed=fields.whole("seed", 0),
        energy=fields.number("energy", 0.0),
        style=fields.text("style", None),
        repeat=fields.number("repeat", 0.0, low=0, high=1),
        page=page,
        dances=tuple(_dance(dance, take) for take, dance in enumerate(fields.objects("dances"))),
    )


def _dance(fields: Fields, take: int) -> ListedDance:
    files, figures = fields.nested("files", {}), fields.nested("figures", {})
    return ListedDance(
        name=fields.text("name"),
        take=fields.whole("take", take),
        style=fields.text("style", None),
        seconds=fields.number("seconds", 0.0, low=0),
        fps=fields.number("fps", 0.0, low=0),
        files={kind: _file_name(files, kind) for kind in files.values},
        figures={name: _figure(figures.nested(name)) for name in figures.values},
    )


def _file_name(fields: Fields, kind: str) -> str:
    name: str = fields.text(kind)
    # Dances lie in the folder itself, not below it.
    if fields.path(kind).name != name:
        raise fields.wrong(kind, f"is not the name of a file ({name[:80]!r})")
    return name


def _figure(fields: Fields) -> Figure:
    return Figure(fields.number("value", None), fields.text("unit", ""), fields.text("reason", ""))
