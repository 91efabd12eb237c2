"""Calibrate the physical judgement on real dance: python tools/calibrate_physics.py --data BUILT

Tolerances are the 95th percentiles of each quantity over windows of real dance of the train split
whose licences allow any use; how fast scores fall beyond them is set here. Writes
src/footlights/assets/physics.json, and prints what sub-scores the validation split gets, by genre.
"""

import argparse
import json
from pathlib import Path

import numpy as np

from footlights.basics.executor import Executor
from footlights.data.dataset import Dataset
from footlights.formats import read
from footlights.motion.motion import Motion
from footlights.physics.humanoid import Humanoid
from footlights.physics.judgement import SUB_SCORES, sub_scores
from footlights.physics.quantities import measure
from footlights.physics.score_calibration import Calibration
from footlights.rewards.energy import steady_speed

ASSET = Path(__file__).parents[1] / "src" / "footlights" / "assets" / "physics.json"
VERSION = "1"
WINDOW = 10.0  # seconds
BEYOND = 5.0  # per cent of windows of real dance that may lie beyond a tolerance
BAND = (
    10.0,
    90.0,
)  # percentiles of the steady speed of real dance between which a dance is lively enough
# quantity: least tolerance (what measuring alone is off by), and the excess at which a score has
# fallen to 1/e.
SCALES = {
    "velocity": (8.0, 3.0),
    "jitter": (0.5, 2.0),
    "self_penetration": (1.0, 2.0),
    "range_excess": (1.0, 10.0),
    "slip": (0.06, 0.20),
    "penetration": (1.0, 4.0),
    "float": (0.03, 0.25),
    "residual_moment": (0.03, 0.05),
    "torque": (1.0, 0.5),
    "excess_ground_reaction": (1.5, 1.0),
    "residual_force": (0.15, 0.2),
    "specific_power": (12.0, 12.0),
    "slip_aware_residual": (0.05, 0.2),
}


def windows(data: Path, split: str, free: bool = False) -> list[tuple[str, Path, int, int]]:
    """Genre, file, first and last frame of windows of ``WINDOW`` seconds of clean dance of a split;
    at least half as long.

    ``free``: only recordings whose licence allows commercial use.
    """
    found = []
    dataset = Dataset.read(data)
    for clip in dataset.dances(split, commercial_only=free):
        if not clip.flawed:
            frames = round(clip.seconds * dataset.fps)
            long = round(WINDOW * dataset.fps)
            found += [
                (clip.style, clip.file, start, min(start + long, frames))
                for start in range(0, frames, long)
                if frames - start >= long / 2 or start == 0
            ]
    return found


def measured(window: tuple[str, Path, int, int]) -> dict[str, float]:
    """The quantities of one window, and under "energy" its steady speed."""
    _, file, start, end = window
    motion: Motion = read(file)[start:end]
    return {name: q.value for name, q in measure(motion, Humanoid.of()).quantities.items()} | {
        "energy": steady_speed(motion)
    }


def rows(found: list[tuple[str, Path, int, int]]) -> np.ndarray:
    """(N, Q) quantities of windows, on all cores."""
    with Executor() as executor:
        said = executor.map(measured, found)
    return np.array([[row[name] for name in (*SCALES, "energy")] for row in said])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="built by footlights data build")
    data = parser.parse_args().data
    train = windows(data, "train", free=True)
    real = rows(train)
    high = np.percentile(real, 100 - BEYOND, axis=0)
    chosen = {
        name: max(least, float(q))
        for (name, (least, _)), q in zip(SCALES.items(), high, strict=False)
    }
    genres = sorted({genre for genre, *_ in train})
    facts = {
        "format": "footlights-physics-calibration-2",
        "version": VERSION,
        "source": f"real dance, train split, free for any use: {len(train)} windows of up to {WINDOW:g} s, 30 fps, floor 0",
        "beyond": f"{BEYOND:g} % of windows",
        "quantities": {
            name: {
                "tolerance": round(chosen[name], 4),
                "scale": scale,
                "percentiles": {
                    str(p): round(float(np.percentile(real[:, i], p)), 4) for p in (5, 50, 95)
                },
            }
            for i, (name, (_, scale)) in enumerate(SCALES.items())
        },
        "energy": {
            "unit": "m/s",
            "band": [round(float(np.percentile(real[:, -1], p)), 4) for p in BAND],
        },
        "genres": {
            genre: {
                "windows": sum(g == genre for g, *_ in train),
                "medians": {
                    name: round(float(np.median(real[[g == genre for g, *_ in train], i])), 4)
                    for i, name in enumerate(SCALES)
                },
            }
            for genre in genres
        },
    }
    ASSET.write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
    calibration = Calibration.read(ASSET.read_text(encoding="utf-8"), ASSET.name)
    print(f"{ASSET.name}: {calibration.name}")
    for split in ("train", "val"):
        shown(windows(data, split), calibration, split)


def shown(found: list[tuple[str, Path, int, int]], calibration: Calibration, split: str) -> None:
    """The 5th percentile of every sub-score, all windows together and by genre."""
    from footlights.physics.quantities import Quantity

    table = rows(found)
    scores = []
    for row in table:
        given = {
            name: Quantity(value, "", np.array([value]))
            for name, value in zip(SCALES, row, strict=False)
        }
        scores.append(list(sub_scores(given, calibration)[0].values()))
    low = np.array(scores)
    print(
        f"\n{split}: 5th percentile of sub-scores\n{'genre':14}{'n':>5} "
        + " ".join(f"{name[:8]:>8}" for name in SUB_SCORES)
    )
    for genre in [*sorted({genre for genre, *_ in found}), ""]:
        mine = np.array([not genre or g == genre for g, *_ in found])
        print(
            f"{genre or 'all':14}{mine.sum():5} "
            + " ".join(f"{x:8.2f}" for x in np.percentile(low[mine], 5, axis=0))
        )


if __name__ == "__main__":
    main()
