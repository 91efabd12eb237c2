"""Scoring: files and folders of motions of any format, judged one by one, worst first."""

from .files import Row, judged_file, score

__all__ = ["Row", "judged_file", "score"]
