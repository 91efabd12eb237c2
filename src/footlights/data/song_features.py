"""What a dancer is told of a song, frame by frame, stored beside the built dances."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..basics.whole_files import writing
from ..motion.motion import Motion
from ..music import Music
from ..music.published.features import SETS
from ..music.rhythm import dancer_beats, rhythm
from .build_records import SongRecord
from .dataset import DatasetSong
from .sources.base import SourceSong


@dataclass(frozen=True)
class ClipRhythm:
    """Tempo and beats of a clip.

    Attributes:
        bpm: beats a minute, or None where they are not clear.
        trust: how clear they are.
        beats: seconds from the clip's start; empty where they are not clear.
        song: the file with the features of the song that they are from, or None.
    """

    bpm: float | None
    trust: float
    beats: tuple[float, ...] = ()
    song: Path | None = None

    @classmethod
    def rounded(
        cls, bpm: float, trust: float, beats: np.ndarray, song: Path | None = None
    ) -> "ClipRhythm":
        """As they are stored: beats to a tenth of a millisecond; none when ``bpm`` is NaN."""
        trust = round(float(trust), 3)
        if not np.isfinite(bpm):
            return cls(None, trust, song=song)
        times = tuple(round(float(time), 4) for time in beats)
        return cls(round(float(bpm), 3), trust, times, song)


def save_clip_song(song: Path, file: Path, start: float, motion: Motion) -> ClipRhythm:
    """Store in ``file`` what is heard during ``motion``, which begins ``start`` s into ``song``.

    That is the rhythm and every published feature set, a row for each frame of the motion.
    """
    frames, fps = len(motion), motion.fps
    music = Music.load(song, start, frames / fps)
    sets = {name: _rows(music, name, fps, frames) for name in SETS}
    _save(file, rhythm(music, fps, frames), fps, sets)
    tempo, beats = dancer_beats(music)
    return ClipRhythm.rounded(tempo, music.beat_trust, beats, file)


def build_song(song: SourceSong, fps: float, out: Path) -> SongRecord:
    """Store the rhythm of a whole song without a dance, a row for each frame at ``fps``."""
    music = Music.load(song.path)
    file = out / "songs" / f"{song.name}.npz"
    _save(file, rhythm(music, fps), fps, {})

    tempo, beats = dancer_beats(music)
    counted = ClipRhythm.rounded(tempo, music.beat_trust, beats)
    return SongRecord(
        DatasetSong(
            name=song.name,
            file=file,
            split=song.split,
            danceable=song.danceable,
            tempo=counted.bpm,
            trust=counted.trust,
            beats=counted.beats,
            seconds=round(music.seconds, 3),
        )
    )


def _rows(music: Music, name: str, fps: float, frames: int) -> np.ndarray:
    """(frames, D) the row of a feature set that sounds at each frame; the last after the end."""
    rows = music.features(name)
    nearest = np.round(np.arange(frames) * SETS[name].fps / fps).astype(int)
    return rows[np.minimum(nearest, len(rows) - 1)]


def _save(file: Path, channels: np.ndarray, fps: float, sets: dict[str, np.ndarray]) -> None:
    # The order of the arrays is part of the file's bytes.
    arrays = {"rhythm": channels, "fps": np.array(fps), **sets}
    with writing(file) as temporary, open(temporary, "wb") as handle:
        np.savez_compressed(handle, **arrays)  # type: ignore[arg-type]
