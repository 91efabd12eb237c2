"""Noise laid out along a song's form: where a phrase returns, so does what it was danced from.

A diffusion model makes the same dance of the same noise and the same music, and a like one of like
ones: a phrase that returns is danced as before, varied by what noise is new and by what lies around
it, and every second time to the other side.
"""

from dataclasses import dataclass

import numpy as np

from ...motion.skeleton import SMPL24
from ...music.structure import Phrase
from ..representation import CONTACTS, VELOCITY, WIDTH, YAW_RATE, rotation_of

_BLOCK = 1024  # frames that are drawn at once: it is done in double precision
_FORM = 1  # tells the seeds of phrases from those of dances


def noise_of(rng: np.random.Generator, frames: int) -> np.ndarray:
    """(T, 152) float32."""
    noise = np.empty((frames, WIDTH), np.float32)
    for start in range(0, frames, _BLOCK):
        block = noise[start : start + _BLOCK]
        block[:] = rng.standard_normal(block.shape)
    return noise


@dataclass(frozen=True)
class Form:
    """What of a dance returns.

    Attributes:
        phrases: of the song.
        seeds: of the dance; the noise of a label depends on them and the label alone.
        repeat: the share of it, from 0 (none) to 1 (nothing else).
    """

    phrases: tuple[Phrase, ...]
    seeds: tuple[int, ...]
    repeat: float

    def lay_out(self, noise: np.ndarray, fps: float, first: int = 0) -> None:
        """Changes noise (T, 152) of a dance from frame ``first`` on: in phrases it is its label's.

        Its variance stays 1.
        """
        for phrase in self.phrases:
            start, end = (round(seconds * fps) - first for seconds in (phrase.start, phrase.end))
            inside = slice(max(start, 0), min(end, len(noise)))
            if self.repeat == 0 or inside.stop <= inside.start:
                continue
            rng = np.random.default_rng([*self.seeds, _FORM, phrase.label])
            own = noise_of(rng, inside.stop - start)[inside.start - start :]
            if phrase.returns % 2:
                own = mirrored(own)
            new = np.float32(np.sqrt(1 - self.repeat**2))
            noise[inside] = np.float32(self.repeat) * own + new * noise[inside]


def mirrored(vectors: np.ndarray) -> np.ndarray:
    """Vectors (T, 152), or noise of their shape, of the dance to the other side."""
    out = vectors.copy()
    out[:, VELOCITY.start] *= -1
    out[:, YAW_RATE] *= -1
    out[:, CONTACTS] = vectors[:, CONTACTS][:, [2, 3, 0, 1]]
    # S R S for S = diag(-1, 1, 1), of the first two columns, one after the other.
    signs = np.array([1, -1, -1, -1, 1, 1], vectors.dtype)
    for joint, name in enumerate(SMPL24.names):
        other = SMPL24.index(_other_side(name))
        out[:, rotation_of(joint)] = vectors[:, rotation_of(other)] * signs
    return out


def _other_side(name: str) -> str:
    for one, other in (("left_", "right_"), ("right_", "left_")):
        if name.startswith(one):
            return other + name.removeprefix(one)
    return name
