"""Frames from directions, mean rotations, and directions as frames see them."""

import numpy as np

from .rotations import cross, normalize


def frame_from_axes(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """(3, 3) rotation whose first column lies along ``first``, and whose second towards ``second``.

    Args:
        first, second: (3,) directions, not along each other.
    """
    a = normalize(first)
    c = normalize(cross(a, second))
    return np.stack([a, cross(c, a), c], -1)


def mean_rotation(rotations: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """(3, 3) the rotation nearest to the sum of ``rotations`` (T, 3, 3) times ``weights`` (T,).

    Orthogonal Procrustes (Schoenemann 1966).
    """
    u, _, vt = np.linalg.svd(np.einsum("t,tij->ij", weights, rotations))
    return u @ np.diag([1.0, 1.0, np.linalg.det(u @ vt)]) @ vt


def mean_local_direction(
    frames: np.ndarray, directions: np.ndarray, weights: np.ndarray | None = None
) -> np.ndarray:
    """(3,) unit mean of world ``directions`` (T, 3) as seen from ``frames`` (T, 3, 3)."""
    local = np.einsum("tji,tj->ti", frames, directions)
    return normalize(local.sum(0) if weights is None else weights @ local)
