"""What is no file of motion at all."""

import os
from pathlib import Path

import numpy as np

from .files import put


def empty(folder: Path) -> Path:
    return put(folder / "x.bvh", b"")


def a_folder(folder: Path) -> Path:
    (folder / "x.npz").mkdir()
    return folder / "x.npz"


def a_pipe(folder: Path) -> Path:
    os.mkfifo(folder / "x.bvh")
    return folder / "x.bvh"


def a_name_with_a_null(folder: Path) -> Path:
    return folder / "x\0.bvh"


def noise(folder: Path) -> Path:
    return put(folder / "x.dat", np.random.default_rng(0).bytes(100_000))
