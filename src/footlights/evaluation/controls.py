"""Controls: what a table must show to be bad, made from the dances that are measured."""

import numpy as np

from ..motion.motion import Motion

PIECE = 0.25  # seconds
TREMBLE, TREMBLE_RATE = (
    0.001,
    6.0,
)  # metres, Hz: a millimetre is enough to win published beat scores


def frozen(motion: Motion) -> Motion:
    """The first pose held."""
    return _taken(motion, np.zeros(len(motion), int))


def vibrating(motion: Motion) -> Motion:
    """The first pose held, and the whole body shaken by a millimetre six times a second."""
    still = frozen(motion)
    shake = TREMBLE * np.sin(2 * np.pi * TREMBLE_RATE * np.arange(len(motion)) / motion.fps)
    return still.replace(
        root=still.root + shake[:, None].astype(np.float32) * np.array([1, 0, 0], np.float32)
    )


def chunks(motion: Motion, seed: int = 0) -> Motion:
    """Pieces of a quarter of a second in random order; what is left over stays at the end, so that
    it is as long.
    """
    size = max(1, round(PIECE * motion.fps))
    order = np.random.default_rng(seed).permutation(len(motion) // size)
    frames = (order[:, None] * size + np.arange(size)).ravel()
    return _taken(motion, np.concatenate([frames, np.arange(len(frames), len(motion))]))


def shuffled(beats: np.ndarray, seconds: float) -> np.ndarray:
    """(B,) beats of a song that was not played: the same steps at a tempo 17 % slower, begun 0.37
    of a step later.
    """
    if len(beats) < 2:
        return beats
    step = 1.17 * float(np.median(np.diff(beats)))
    return np.arange(beats[0] % step + 0.37 * step, seconds, step)


MADE = {"frozen": frozen, "vibrating": vibrating, "chunks": chunks}


def _taken(motion: Motion, frames: np.ndarray) -> Motion:
    contacts = None if motion.contacts is None else motion.contacts[frames]
    return motion.replace(
        root=motion.root[frames], rotations=motion.rotations[frames], contacts=contacts
    )
