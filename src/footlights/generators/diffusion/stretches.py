"""A long song is danced in stretches, each begun as the one before ends: memory is that of one."""

import numpy as np

from ..constraint import Given
from ..representation import VELOCITY, YAW_RATE, rotate_planar

SECONDS = 150.0  # a stretch at most, and a window more


def stretches(frames: int, window: int, fps: float) -> list[tuple[int, int]]:
    """First frame and end of each stretch of a song; they overlap by half a window.

    Args:
        frames: of the song, a whole number of half windows and at least one window.
        window: frames that the network sees at once.
        fps: frames a second.
    """
    half = window // 2
    length = max(2, int(SECONDS * fps) // half) * half
    spans, start = [], 0
    while frames - start - length >= window:
        spans.append((start, start + length))
        start += length - half
    return [*spans, (start, frames)]


def begun_with(vectors: np.ndarray, frames: int) -> Given:
    """A stretch of so many frames that begins with vectors (N, 152), as they are."""
    given = Given(
        np.zeros((frames, vectors.shape[1]), np.float32),
        np.zeros((frames, vectors.shape[1]), bool),
        np.full((frames, 3), np.nan),
    )
    given.vectors[: len(vectors)] = vectors
    given.mask[: len(vectors)] = True
    return given


def place_after(vectors: np.ndarray, fps: float, place: np.ndarray) -> np.ndarray:
    """(2,) metres from the middle of the stage after vectors (T, 152), in the heading then.

    Args:
        place: (2,) where they begin, in the heading there.
    """
    turns = np.cumsum(vectors[:, YAW_RATE][:, 0].astype(np.float64)) / fps
    yaw = np.concatenate([[0.0], turns[:-1]])
    steps = rotate_planar(vectors[:, VELOCITY].astype(np.float64), yaw) / fps
    after: np.ndarray = rotate_planar(place + steps.sum(axis=0), -turns[-1])
    return after
