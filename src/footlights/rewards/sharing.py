"""A combined reward on several cores: motions are dealt out to processes, and each gets the number
it would get alone.
"""

import contextlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor

import numpy as np

from ..basics.executor import cores, workers
from ..motion.motion import Motion
from ..music import Music
from .combine import combine
from .reward import Reward, Rewarding


@contextlib.contextmanager
def shared(spec: str, count: int | None = None) -> Iterator[Rewarding]:
    """`combine(spec)` on ``count`` processes (None: one for each core), which start once and serve
    every call inside ``with``.

    Numbers are bit for bit those of one process, whatever the order and the number of motions.

    Raises:
        FootlightsError: the spec is wrong.
    """
    reward = combine(spec)
    count = cores() if count is None else count
    with workers(count) as pool:
        yield reward if pool is None else _Dealt(spec, pool, count)


class _Dealt:
    """Every k-th motion to the k-th hand: each song goes to a process once, and long clips are
    spread.
    """

    def __init__(self, spec: str, pool: ProcessPoolExecutor, count: int) -> None:
        self.spec, self.pool, self.count = spec, pool, count

    def __call__(self, motions: Sequence[Motion], musics: Sequence[Music | None]) -> Reward:
        hands = min(len(motions), self.count)
        if hands < 2 or len(motions) != len(musics):
            return combine(self.spec)(motions, musics)
        for music in {id(music): music for music in musics if music is not None}.values():
            _ = music.beats  # heard here once instead of in every process
        dealt = [
            self.pool.submit(_scored, self.spec, motions[k::hands], musics[k::hands])
            for k in range(hands)
        ]
        return _gathered([job.result() for job in dealt], len(motions))


def _scored(spec: str, motions: Sequence[Motion], musics: Sequence[Music | None]) -> Reward:
    return combine(spec)(motions, musics)


def _gathered(found: list[Reward], count: int) -> Reward:
    hands = len(found)
    names = list(dict.fromkeys(name for part in found for name in part.terms))
    total, terms = np.empty(count), {name: np.full(count, np.nan) for name in names}
    for k, part in enumerate(found):
        total[k::hands] = part.total
        for name, values in part.terms.items():
            terms[name][k::hands] = values
    reasons = {
        k + hands * index: why
        for k, part in enumerate(found)
        for index, why in part.reasons.items()
    }
    return Reward(total, terms, dict(sorted(reasons.items())))
