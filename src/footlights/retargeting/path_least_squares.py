"""Paths of the root and both ankles over a whole clip, by linear least squares."""

from dataclasses import dataclass
from typing import Any

import numpy as np

ROOT, LEFT_ANKLE, RIGHT_ANKLE = range(3)
ANKLES = (LEFT_ANKLE, RIGHT_ANKLE)


@dataclass(frozen=True)
class Term:
    """weights (N,) * |sum of matrices @ paths - goals|^2, the same for x, y and z.

    Attributes:
        matrices: path (`ROOT`, `LEFT_ANKLE`, `RIGHT_ANKLE`) -> sparse (N, T); absent ones are zero.
        goals: (N, 3).
        weights: (N,).
    """

    matrices: dict[int, Any]
    goals: np.ndarray
    weights: np.ndarray


@dataclass(frozen=True)
class PathOperators:
    """Sparse matrices that act on a path of T frames: each frame, and each step to the next."""

    frames: Any
    steps: Any

    @staticmethod
    def of(count: int) -> "PathOperators":
        """Those for ``count`` frames."""
        from scipy.sparse import diags, identity

        difference = [-np.ones(count), np.ones(count - 1)]
        return PathOperators(
            identity(count, format="csr"),
            diags(difference, [0, 1], (count - 1, count), format="csr"),
        )


def best_paths(terms: list[Term], frames: int, axes: slice) -> np.ndarray:
    """(3, T, axes): the paths of root, left and right ankle that minimise the sum of all terms."""
    from scipy.sparse import bmat, csr_matrix, diags
    from scipy.sparse.linalg import splu

    rows = [
        [
            term.matrices.get(path, csr_matrix((len(term.weights), frames)))
            for path in (ROOT, *ANKLES)
        ]
        for term in terms
    ]
    matrix = bmat(rows, format="csr")
    weighted = matrix.T @ diags(np.concatenate([term.weights for term in terms]))
    goals = np.concatenate([term.goals[:, axes] for term in terms])

    # Normal equations: each term ties neighbouring frames only, so their band stays narrow.
    solution = splu((weighted @ matrix).tocsc()).solve(np.ascontiguousarray(weighted @ goals))
    return solution.reshape(3, frames, -1)
