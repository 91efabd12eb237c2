"""A combined reward on several cores: motions are dealt out to processes, and each gets the number
it would get alone.
"""

import contextlib
from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np

from ..basics.executor import Executor
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
    with Executor(count) as executor:
        yield reward if executor.jobs == 1 else _Dealt(spec, executor)


class _Dealt:
    """Every k-th motion to the k-th hand: each song goes to a process once, and long clips are
    spread.
    """

    def __init__(self, spec: str, executor: Executor) -> None:
        self.spec, self.executor = spec, executor

    def __call__(self, motions: Sequence[Motion], musics: Sequence[Music | None]) -> Reward:
        hands = min(len(motions), self.executor.jobs)
        if hands < 2 or len(motions) != len(musics):
            return combine(self.spec)(motions, musics)
        for music in {id(music): music for music in musics if music is not None}.values():
            _ = music.beats  # heard here once instead of in every process
        dealt = [(motions[k::hands], musics[k::hands]) for k in range(hands)]
        return _gathered(self.executor.map(partial(_scored, self.spec), dealt), len(motions))


def _scored(spec: str, hand: tuple[Sequence[Motion], Sequence[Music | None]]) -> Reward:
    return combine(spec)(*hand)


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
