"""What the golden files' checks write down: errors by quantity, against what is allowed."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

Golden = dict[str, np.ndarray]  # the arrays of one file


@dataclass
class Worst:
    """Of one quantity: values compared, the worst error, and the worst share of the allowed."""

    values: int = 0
    error: float = 0.0
    share: float = 0.0


@dataclass
class Ledger:
    """Errors by quantity; 0 is allowed where neither tolerance is given."""

    rows: dict[str, Worst] = field(default_factory=lambda: defaultdict(Worst))

    def add(
        self, quantity: str, ours: Any, golden: Any, rtol: float = 0.0, atol: float = 0.0
    ) -> None:
        """Compare numbers, or arrays of them; NaN must stand where it stands in the file."""
        ours, golden = np.asarray(ours, np.float64), np.asarray(golden, np.float64)
        row = self.rows[quantity]
        row.values += golden.size
        if ours.shape != golden.shape or not np.array_equal(np.isnan(ours), np.isnan(golden)):
            row.error = row.share = float("inf")
            return

        known = np.isfinite(golden)
        error = np.abs(ours[known] - golden[known])
        allowed = atol + rtol * np.abs(golden[known])
        share = np.divide(error, allowed, out=np.where(error > 0, np.inf, 0.0), where=allowed > 0)
        row.error = max(row.error, error.max(initial=0.0))
        row.share = max(row.share, share.max(initial=0.0))


# Given a file's arrays, the ledger to write into, and the folder of all files.
Check = Callable[[Golden, Ledger, Path], None]


def names_after(golden: Golden, prefix: str) -> Iterator[str]:
    """What follows ``prefix`` in the names of arrays that begin with it."""
    return (key.removeprefix(prefix) for key in golden if key.startswith(prefix))
