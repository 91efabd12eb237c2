"""Several dances for one song: how much they differ, which a generator that knows one dance a song
cannot show.
"""

import re
from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from ..metrics.registry import METRICS
from .measurement_cache import Record
from .protocol_metrics import KINETIC
from .reference import Reference

_PARTS = {"multimodality_k": slice(0, KINETIC), "multimodality_g": slice(KINETIC, None)}


def within_songs(records: Sequence[Record], real: Reference) -> dict[str, tuple[float, int]]:
    """Mean distance between two dances for one song, kinetic and geometric, and of how many songs
    it is the mean.

    Dances for one song are called alike but for a number at the end: song-1, song-2. A dance is the
    mean of its windows. NaN and 0 when no song has two.
    """
    groups: dict[str, list[np.ndarray]] = defaultdict(list)
    for record in records:
        rows = np.asarray(record["features"]["made"], np.float64)
        if len(rows):
            groups[re.sub(r"[-_.]\d+$", "", record["name"])].append(rows.mean(axis=0))
    songs = [np.stack(dances) for dances in groups.values() if len(dances) > 1]
    return {
        name: (
            METRICS[name].function(real.features[:, part], [song[:, part] for song in songs]),
            len(songs),
        )
        for name, part in _PARTS.items()
    }
