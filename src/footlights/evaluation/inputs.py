"""What is to be measured: the motion files of a folder, and the beats of the song that each was
danced to.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ..basics.errors import FootlightsError
from ..formats import read
from ..formats.motion_files import MOTION_SUFFIXES, of_first_format
from ..music import Music
from ..music.decode import AUDIO_SUFFIXES, songs_below
from ..music.rhythm import MIN_BEAT_TRUST, dancer_beats, fold_tempo

DATA, DANCES = "data.json", "dances.json"


@dataclass(frozen=True)
class Listed:
    """One clip to measure: its file, its song's beats in seconds from its start, and the licence
    where the data say it.
    """

    path: Path
    beats: tuple[float, ...] = ()
    licence: str = ""


@dataclass
class Songs:
    """The songs of a folder by name; each is listened to once, when a dance to it comes up."""

    paths: dict[str, Path] = field(default_factory=dict)
    heard: dict[str, tuple[float, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, folder: Path | None) -> "Songs":
        """The songs below a folder.

        Raises:
            FootlightsError: no such folder, or no song in it.
        """
        if folder is None:
            return cls()
        if not folder.is_dir():
            raise FootlightsError("no such folder", folder, "give the folder of songs with --music")
        # Of songs of one name the first in order counts: it is put in last.
        paths = {path.stem: path for path in reversed(songs_below(folder))}
        if not paths:
            raise FootlightsError(
                "no song in this folder", folder, f"put {', '.join(AUDIO_SUFFIXES)} files there"
            )
        return cls(paths)

    def name_for(self, clip: str) -> str | None:
        """The song of a clip called like it, or like it and more: song-3 was danced to song."""
        fitting = [
            n for n in self.paths if clip == n or clip.startswith((f"{n}-", f"{n}_", f"{n}."))
        ]
        return max(fitting, key=len, default=None)

    def beats(self, name: str) -> tuple[float, ...]:
        """Its beats as a dancer counts them; none where they are not clear."""
        if name not in self.heard:
            song = Music.load(self.paths[name])
            self.heard[name] = tuple(round(float(t), 4) for t in dancer_beats(song)[1])
        return self.heard[name]


def listed(folder: Path, music: Path | None = None) -> Iterator[Listed]:
    """The clips of a folder in order of their names.

    Built data gives the dances of its test split with the beats found in them. Beside
    ``dances.json`` the beats are those that were danced to. Otherwise a clip's song is the one in
    ``music`` called like it, or named in its meta.

    Raises:
        FootlightsError: no such folder, no motion in it, or a list in it that cannot be read.
    """
    if not folder.is_dir():
        raise FootlightsError("no such folder", folder, "give a folder of motion files")
    if (folder / DATA).is_file():
        yield from _built(folder)
        return
    songs, danced = Songs.of(music), _danced(folder) if music is None else {}
    for path in motions(folder):
        beats = danced.get(path.stem, ())
        if songs.paths:
            beats = _heard(path, songs)
        yield Listed(path, beats)


def motions(folder: Path) -> list[Path]:
    """The motion files of the first format that a folder, or else what lies below it, holds.

    Raises:
        FootlightsError: there is none.
    """
    for files in (folder.iterdir(), folder.rglob("*")):
        if chosen := of_first_format(files):
            return chosen
    raise FootlightsError(
        "no motion in this folder", folder, f"put {', '.join(MOTION_SUFFIXES)} files there"
    )


def _heard(path: Path, songs: Songs) -> tuple[float, ...]:
    name = songs.name_for(path.stem)
    if name is None and path.suffix.lower() == ".npz":
        try:
            said = str(read(path).meta.get("song", ""))
        except FootlightsError:
            return ()  # the clip itself will be named as broken when it is measured
        name = said if said in songs.paths else None
    return songs.beats(name) if name else ()


def _built(folder: Path) -> Iterator[Listed]:
    rows = [r for r in _json(folder / DATA)["clips"] if r["split"] == "test" and r["dance"]]
    if not rows:
        raise FootlightsError(
            "the test split has no dance", folder, "give a folder of motion files"
        )
    for row in rows:
        yield Listed(
            folder / row["file"],
            tuple(float(t) for t in row["beats"]),
            row["licence"] if row["commercial"] else "",
        )


def _danced(folder: Path) -> dict[str, tuple[float, ...]]:
    """Beats of each dance of a folder that ``footlights dance`` made."""
    if not (folder / DANCES).is_file():
        return {}
    found = {}
    for song in _json(folder / DANCES)["songs"]:
        beats = _entry_beats(song)
        found.update({dance["name"]: beats for dance in song["dances"]})
    return found


def _entry_beats(song: dict[str, Any]) -> tuple[float, ...]:
    """Beats of an entry of ``dances.json`` as a dancer counts them; none where they are not clear."""
    beats = np.asarray(song["beats"], np.float64)
    if song["tempo"] is None or song["beat_trust"] < MIN_BEAT_TRUST or len(beats) < 2:
        return ()
    return tuple(
        float(t)
        for t in fold_tempo(float(song["tempo"]), beats, np.asarray(song["downbeats"], np.float64))[
            1
        ]
    )


def _json(path: Path) -> dict[str, Any]:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise FootlightsError(
            f"cannot be read ({error})", path, "make it again, or move it away"
        ) from error
