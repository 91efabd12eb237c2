"""A combined reward on several cores: motions are dealt out to processes, and each gets the number
it would get alone.
"""

import contextlib
from collections.abc import Iterator, Sequence
from functools import partial

from ..basics.executor import Executor
from ..motion.motion import Motion
from ..music import Music
from .combine import combine
from .reward import Reward, Rewarding, Worth, gathered


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
    """Every k-th motion to the k-th process: each song goes to a process once, and long clips are
    spread.
    """

    def __init__(self, spec: str, executor: Executor) -> None:
        self.spec, self.executor = spec, executor

    def __call__(self, motions: Sequence[Motion], musics: Sequence[Music | None]) -> Reward:
        count = min(len(motions), self.executor.jobs)
        if count < 2 or len(motions) != len(musics):
            return combine(self.spec)(motions, musics)
        for music in {id(music): music for music in musics if music is not None}.values():
            _ = music.beats  # tracked here once instead of in every process

        shares = [(motions[k::count], musics[k::count]) for k in range(count)]
        rewards = self.executor.map(partial(_scored, self.spec), shares)
        return gathered(_interleaved([_worths(reward) for reward in rewards], len(motions)))


def _scored(spec: str, share: tuple[Sequence[Motion], Sequence[Music | None]]) -> Reward:
    return combine(spec)(*share)


def _worths(reward: Reward) -> list[Worth]:
    """What each motion of a reward is worth."""
    return [
        Worth(
            float(total),
            {name: float(values[k]) for name, values in reward.terms.items()},
            {name: frames[k] for name, frames in reward.frames.items()},
            reward.reasons.get(k, ""),
        )
        for k, total in enumerate(reward.total)
    ]


def _interleaved(dealt: list[list[Worth]], count: int) -> list[Worth]:
    """The first of each share, then the second of each: how they were dealt."""
    return [dealt[k % len(dealt)][k // len(dealt)] for k in range(count)]
