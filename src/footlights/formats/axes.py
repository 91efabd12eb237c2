"""Worlds with y up and worlds with z up: vectors and frames turned from the one to the other."""

import numpy as np


def y_to_z_up(vectors: np.ndarray) -> np.ndarray:
    """Vectors (..., 3) of a y-up world in the z-up one: turned +90 degrees about x."""
    return np.stack([vectors[..., 0], -vectors[..., 2], vectors[..., 1]], axis=-1)


def z_to_y_up(vectors: np.ndarray) -> np.ndarray:
    """Vectors (..., 3) of the z-up world in a y-up one: the inverse of `y_to_z_up`."""
    return np.stack([vectors[..., 0], vectors[..., 2], -vectors[..., 1]], axis=-1)


def quats_to_z_up(quats: np.ndarray) -> None:
    """Turns parent and child frames of quaternions (..., 4) from y up to z up, in place.

    In place because long clips are large.
    """
    y = quats[..., 2].copy()
    np.negative(quats[..., 3], out=quats[..., 2])
    quats[..., 3] = y


def quats_to_y_up(quats: np.ndarray) -> np.ndarray:
    """Quaternions (..., 4) with their parent and child frames turned from z up to y up."""
    return np.concatenate([quats[..., :1], z_to_y_up(quats[..., 1:])], axis=-1)
