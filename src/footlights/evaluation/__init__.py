"""Evaluation: motions become a table beside real dance and beside controls that must fail."""

from .evaluate import evaluate
from .result_table import Table
from .saved_table import side_by_side

__all__ = ["Table", "evaluate", "side_by_side"]
