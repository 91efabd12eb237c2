"""Controls: what a table must show to be bad, made from the dances that are measured."""

import numpy as np

from ..motion.motion import Motion

CHUNK = 0.25  # seconds
# A millimetre is enough to win published beat scores.
SHAKE = 0.001  # metres
SHAKE_RATE = 6.0  # Hz
_OTHER_TEMPO = 1.17  # times as long as the song's own interval
_OTHER_PHASE = 0.37  # of that interval


def frozen(motion: Motion) -> Motion:
    """The first pose held."""
    return _frames_of(motion, np.zeros(len(motion), int))


def vibrating(motion: Motion) -> Motion:
    """The first pose held, and the whole body shaken by a millimetre six times a second."""
    still = frozen(motion)
    phase = 2 * np.pi * SHAKE_RATE * np.arange(len(motion)) / motion.fps
    shake = (SHAKE * np.sin(phase))[:, None].astype(np.float32)
    return still.replace(root=still.root + shake * np.array([1, 0, 0], np.float32))


def chunks(motion: Motion, seed: int = 0) -> Motion:
    """Quarters of a second in random order; what is left over stays at the end."""
    size = max(1, round(CHUNK * motion.fps))
    order = np.random.default_rng(seed).permutation(len(motion) // size)
    frames = (order[:, None] * size + np.arange(size)).ravel()
    return _frames_of(motion, np.concatenate([frames, np.arange(len(frames), len(motion))]))


def other_beats(beats: np.ndarray, seconds: float) -> np.ndarray:
    """(B,) beats of a song that was not played, seconds.

    The same steps at a tempo 17 % slower, begun 0.37 of a step later.
    """
    if len(beats) < 2:
        return beats
    step = _OTHER_TEMPO * float(np.median(np.diff(beats)))
    return np.arange(beats[0] % step + _OTHER_PHASE * step, seconds, step)


CONTROLS = {"frozen": frozen, "vibrating": vibrating, "chunks": chunks}


def _frames_of(motion: Motion, frames: np.ndarray) -> Motion:
    contacts = None if motion.contacts is None else motion.contacts[frames]
    return motion.replace(
        root=motion.root[frames], rotations=motion.rotations[frames], contacts=contacts
    )
