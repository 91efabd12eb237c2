"""What is to be measured: the motion files of a folder, and the beats of the song that each was
danced to.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ..basics.errors import FootlightsError
from ..data.dance_folder import DancedSong, read_dances
from ..data.dataset import Dataset, holds_dataset
from ..formats import read
from ..formats.motion_files import MOTION_SUFFIXES, of_first_format
from ..music import Music
from ..music.decode import AUDIO_SUFFIXES, songs_below
from ..music.rhythm import MIN_BEAT_TRUST, dancer_beats, fold_tempo


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
    if holds_dataset(folder):
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
    clips = Dataset.read(folder).dances("test")
    if not clips:
        raise FootlightsError(
            "the test split has no dance", folder, "give a folder of motion files"
        )
    for clip in clips:
        yield Listed(clip.file, clip.beats, clip.licence if clip.commercial else "")


def _danced(folder: Path) -> dict[str, tuple[float, ...]]:
    """Beats of each dance of a folder that ``footlights dance`` made."""
    return {
        dance.name: beats
        for song in read_dances(folder)
        for beats in [_song_beats(song)]
        for dance in song.dances
    }


def _song_beats(song: DancedSong) -> tuple[float, ...]:
    """Beats of a song as a dancer counts them; none where they are not clear."""
    if song.tempo is None or song.beat_trust < MIN_BEAT_TRUST or len(song.beats) < 2:
        return ()
    _, beats = fold_tempo(song.tempo, np.asarray(song.beats), np.asarray(song.downbeats))
    return tuple(float(t) for t in beats)
