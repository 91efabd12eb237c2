"""What is to be measured: motions of a folder or of a caller, and the beats each was danced to."""

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..basics.budget import check_measured
from ..basics.errors import FootlightsError
from ..data.dance_folder import DancedSong, read_dances
from ..data.dataset import Dataset, holds_dataset
from ..formats import read
from ..formats.motion_files import MOTION_SUFFIXES, of_first_format
from ..motion.motion import Motion
from ..music.rhythm import MIN_BEAT_TRUST, fold_tempo
from ..retargeting.pose_transfer import on_house_skeleton
from .songs import Songs

# A folder, motions in their order, or motions by name.
Motions = str | os.PathLike[str] | Sequence[Motion] | Mapping[str, Motion]
SHORTEST = 0.5  # seconds that can be measured


@dataclass(frozen=True, eq=False)
class ListedClip:
    """One clip to measure.

    Attributes:
        name: what tables call it.
        path: its file; None for a motion that a caller has.
        motion: that motion; None for a file.
        beats: of its song, seconds from its start.
        licence: where the data say it.
    """

    name: str
    path: Path | None = None
    motion: Motion | None = None
    beats: tuple[float, ...] = ()
    licence: str = ""

    @property
    def location(self) -> str:
        """Where an error is said to be: the file, or the name."""
        return self.name if self.path is None else str(self.path)

    def load(self) -> Motion:
        """The motion on the house skeleton.

        Raises:
            FootlightsError: it cannot be read, its joints cannot be named, or it is shorter than
                half a second.
        """
        try:
            motion = on_house_skeleton(self.source_motion())
            check_measured(len(motion), self.location)
        except FootlightsError as error:
            if self.location in str(error):
                raise
            raise FootlightsError(error.what, self.location, error.do) from error

        if motion.seconds < SHORTEST:
            frames = "1 frame" if len(motion) == 1 else f"{len(motion)} frames"
            do = f"give clips of {SHORTEST:g} s or more"
            raise FootlightsError(f"has only {frames}", self.location, do)
        return motion

    def source_motion(self) -> Motion:
        """The motion as it came, on whatever skeleton; FootlightsError when it cannot be read."""
        if self.path is not None:
            return read(self.path)
        assert self.motion is not None
        return self.motion

    def content_digest(self) -> bytes:
        """A hash of all that `load` depends on.

        Raises:
            FootlightsError: the file cannot be read.
        """
        if self.path is None:
            return _motion_digest(self.source_motion())
        digest = hashlib.sha256()
        try:
            for part in _files_of(self.path):
                with open(part, "rb") as handle:
                    digest.update(hashlib.file_digest(handle, "sha256").digest())
        except OSError as error:
            what = f"cannot be read ({error.strerror})"
            raise FootlightsError(what, self.path, "check the file") from error
        return digest.digest()


def _files_of(path: Path) -> list[Path]:
    """A motion's file and those it is read with: the skeletons beside an amc."""
    skeletons = sorted(path.parent.glob("*.asf")) if path.suffix.lower() == ".amc" else []
    return [path, *skeletons]


def _motion_digest(motion: Motion) -> bytes:
    skeleton = motion.skeleton
    facts = (motion.fps, skeleton.names, skeleton.parents, motion.meta.get("pieces"))
    digest = hashlib.sha256(repr(facts).encode())
    for array in (skeleton.offsets, motion.root, motion.rotations, motion.contacts):
        # Without its length an absent array could be taken for the end of the one before it.
        data = b"" if array is None else np.ascontiguousarray(array).tobytes()
        digest.update(len(data).to_bytes(8) + data)
    return digest.digest()


def list_clips(motions: Motions, songs: Songs | None = None) -> list[ListedClip]:
    """The clips of a folder in order of their names, or those of a caller in their order.

    Built data gives the dances of its test split with the beats found in them. Beside
    ``dances.json`` the beats are those that were danced to. Otherwise a clip's song is the one of
    ``songs`` called like it, or named in its meta.

    Raises:
        FootlightsError: no such folder, no motion, or a list in a folder that cannot be read.
    """
    songs = songs or Songs()
    if isinstance(motions, str | os.PathLike):
        return list(_in_folder(Path(motions), songs))
    if not len(motions):
        raise FootlightsError("no motion to measure", "motions", "give at least one")
    if isinstance(motions, Mapping):
        return [_with_beats(ListedClip(n, motion=motion), songs) for n, motion in motions.items()]
    # Padded, so that names sort as their motions stand.
    width = len(str(len(motions)))
    return [
        _with_beats(ListedClip(f"clip-{number:0{width}d}", motion=motion), songs)
        for number, motion in enumerate(motions, start=1)
    ]


def _in_folder(folder: Path, songs: Songs) -> Iterator[ListedClip]:
    if not folder.is_dir():
        raise FootlightsError("no such folder", folder, "give a folder of motion files")
    if holds_dataset(folder):
        yield from _of_dataset(folder)
        return

    danced = {} if songs else _beats_of_dances(folder)
    for path in motion_files(folder):
        clip = ListedClip(path.stem, path, beats=danced.get(path.stem, ()))
        yield _with_beats(clip, songs) if songs else clip


def motion_files(folder: Path) -> list[Path]:
    """The motion files of the first format that a folder, or else what lies below it, holds.

    Raises:
        FootlightsError: there is none.
    """
    for files in (folder.iterdir(), folder.rglob("*")):
        if chosen := of_first_format(files):
            return chosen
    do = f"put {', '.join(MOTION_SUFFIXES)} files there"
    raise FootlightsError("no motion in this folder", folder, do)


def _with_beats(clip: ListedClip, songs: Songs) -> ListedClip:
    """The clip with the beats of the song called like it, or named in its meta."""
    name = songs.name_for(clip.name)
    if name is None and songs and (clip.path is None or clip.path.suffix.lower() == ".npz"):
        try:
            named = str(clip.source_motion().meta.get("song", ""))
        except FootlightsError:
            return clip  # it will be named as broken when it is measured
        name = named if named in songs else None
    if name is None:
        return clip
    return ListedClip(clip.name, clip.path, clip.motion, songs.beats(name), clip.licence)


def _of_dataset(folder: Path) -> Iterator[ListedClip]:
    clips = Dataset.read(folder).dances("test")
    if not clips:
        do = "give a folder of motion files"
        raise FootlightsError("the test split has no dance", folder, do)
    for clip in clips:
        licence = clip.licence if clip.commercial else ""
        yield ListedClip(clip.file.stem, clip.file, beats=clip.beats, licence=licence)


def _beats_of_dances(folder: Path) -> dict[str, tuple[float, ...]]:
    """Beats of each dance of a folder that ``footlights dance`` made."""
    return {dance.name: _song_beats(song) for song in read_dances(folder) for dance in song.dances}


def _song_beats(song: DancedSong) -> tuple[float, ...]:
    """Beats of a song as a dancer counts them; none where they are not clear."""
    if song.tempo is None or song.beat_trust < MIN_BEAT_TRUST or len(song.beats) < 2:
        return ()
    _, beats = fold_tempo(
        song.tempo, np.asarray(song.beats), np.asarray(song.downbeats), song.beat_division
    )
    return tuple(float(t) for t in beats)
