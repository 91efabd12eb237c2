"""How much several dances for one song differ: a generator may know but one dance a song."""

import re
from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from ..metrics.registry import METRICS
from .measured_clip import MeasuredClip
from .protocol_metrics import KINETIC
from .reference import Reference

_PARTS = {"multimodality_k": slice(0, KINETIC), "multimodality_g": slice(KINETIC, None)}
# The number of a take at the end of a name; the name before it is the song's.
_TAKE = re.compile(r"[-_.]\d+$")


def within_songs(clips: Sequence[MeasuredClip], real: Reference) -> dict[str, tuple[float, int]]:
    """Mean distance between two dances for one song, and of how many songs it is the mean.

    By metric, kinetic and geometric. Dances for one song are called alike but for a number at the
    end: song-1, song-2. A dance is the mean of its windows. NaN and 0 when no song has two.
    """
    dances: dict[str, list[np.ndarray]] = defaultdict(list)
    for clip in clips:
        features = np.asarray(clip.numbers.features, np.float64)
        if len(features):
            dances[_TAKE.sub("", clip.name)].append(features.mean(axis=0))

    songs = [np.stack(takes) for takes in dances.values() if len(takes) > 1]
    return {
        name: (
            METRICS[name].function(real.features[:, part], [song[:, part] for song in songs]),
            len(songs),
        )
        for name, part in _PARTS.items()
    }
