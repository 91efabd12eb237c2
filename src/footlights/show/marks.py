"""Marks that page and film draw on a dancer: wrong parts, forces, the centre of mass."""

import gzip
import json
from dataclasses import dataclass

import numpy as np

from ..geometry.signals import runs
from ..motion.body import Body

RED = np.array([225, 62, 52], np.float32)  # sRGB of what is wrong
_ARROW_LENGTH = 0.6  # metres that one body weight is drawn long
_LEAST_FORCE = 0.03  # body weights from which a force is drawn


@dataclass(frozen=True, eq=False)
class Marks:
    """Marks of one dance of T frames on J joints.

    Attributes:
        wrong: (T, J) bool, segments to be shown in red.
        starts: (T, A, 3) metres, where force arrows begin; ``forces`` (T, A, 3) in body weights.
        path: (T, 3) metres, of the centre of mass.
    """

    wrong: np.ndarray
    starts: np.ndarray
    forces: np.ndarray
    path: np.ndarray

    def encoded(self) -> bytes:
        """Gzipped JSON for the page, y up, whole millimetres.

        "wrong" holds runs of wrong segments, "arrows" of every frame start and end of each force,
        "path" the centre of mass of every frame.
        """
        ends = self.starts + _ARROW_LENGTH * self.forces
        drawn = np.linalg.norm(self.forces, axis=-1) > _LEAST_FORCE
        arrows = [
            np.concatenate([_millimetres(a[keep]), _millimetres(b[keep])], axis=1).ravel().tolist()
            for a, b, keep in zip(self.starts, ends, drawn, strict=True)
        ]
        facts = {
            "wrong": _wrong_spans(self.wrong),
            "arrows": arrows,
            "path": _millimetres(self.path).ravel().tolist(),
        }
        return gzip.compress(json.dumps(facts, separators=(",", ":")).encode(), 6, mtime=0)


def tinted(body: Body, wrong: np.ndarray) -> np.ndarray:
    """(V, 3) float32 sRGB of a body whose segments ``wrong`` (J,) bool are red."""
    return np.ascontiguousarray(
        np.where(wrong[body.owners][:, None], RED, body.colors.astype(np.float32))
    )


def _millimetres(positions: np.ndarray) -> np.ndarray:
    """Positions (..., 3) in metres, z up, as whole millimetres, y up."""
    return np.round(1000 * positions[..., [0, 2, 1]] * np.array([1, 1, -1])).astype(int)


def _wrong_spans(wrong: np.ndarray) -> list[list[int]]:
    """[joint, first frame, last plus one] of every run."""
    return [[joint, *span] for joint, column in enumerate(wrong.T) for span in runs(column)]
