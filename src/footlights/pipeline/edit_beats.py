"""The downbeats at which a motion may be closed into a loop."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..data.dance_folder import read_dances
from ..metrics.motion_beats import MIN_TEMPO_TRUST, beats_of, tempo_of
from ..metrics.motion_rhythm import impact
from ..motion.motion import Motion

if TYPE_CHECKING:
    from .edit import EditOptions

_BAR = 4  # beats of a bar, where only the motion is there to tell


def downbeats_for(
    clip: Motion, options: "EditOptions", path: Path | None, note: Callable[[str], None]
) -> np.ndarray:
    """(D,) seconds in an edited clip: a song's downbeats, or those of the motion's own rhythm.

    The song is the one that is named, or else what the ``dances.json`` beside the motion says of
    the one that it was danced to. None where there is no rhythm: that is told.
    """
    moments = _song_downbeats(options, path)
    if len(moments) > 1:
        # The song's time is the motion's before it was cut and paced.
        return (moments - options.start) / options.speed

    beats = beats_of(clip)
    if tempo_of(clip)[1] < MIN_TEMPO_TRUST or len(beats) <= _BAR:
        note("no rhythm was found in the motion: closed where its poses are most alike")
        return np.empty(0)
    return own_downbeats(clip, beats)


def own_downbeats(motion: Motion, beats: np.ndarray) -> np.ndarray:
    """Every fourth of the beats (B,) in seconds: those on which limbs stop hardest."""
    frames = np.clip(np.round(beats * motion.fps).astype(int), 0, len(motion) - 1)
    stops = impact(motion)[frames]
    hardest = max(range(_BAR), key=lambda first: float(stops[first::_BAR].mean()))
    return beats[hardest::_BAR]


def _song_downbeats(options: "EditOptions", path: Path | None) -> np.ndarray:
    if options.music is not None:
        from ..music import Music

        return np.asarray(Music.load(options.music).downbeats, np.float64)
    if path is None:
        return np.empty(0)
    for song in read_dances(path.parent):
        if any(path.name in dance.files.values() for dance in song.dances):
            return np.asarray(song.downbeats, np.float64)
    return np.empty(0)
