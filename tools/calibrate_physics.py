"""Calibrate the physical judgement on real dance: python tools/calibrate_physics.py --data BUILT

Tolerances are the 95th percentiles of each quantity over windows of real dance of the train split
whose licences allow any use; how fast scores fall beyond them is set here. Writes
src/footlights/assets/physics.json, and prints what sub-scores each split gets, by genre.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np

from dance_windows import SECONDS, Window, dance_windows
from footlights.basics.executor import Executor
from footlights.physics.humanoid import Humanoid
from footlights.physics.judgement import SUB_SCORES, sub_scores
from footlights.physics.quantities import Quantity, measure
from footlights.physics.score_calibration import Calibration
from footlights.rewards.energy import steady_speed

ASSET = Path(__file__).parents[1] / "src" / "footlights" / "assets" / "physics.json"
VERSION = "1"
BEYOND = 5.0  # per cent of windows of real dance that may lie beyond a tolerance
SPEED_BAND = (10.0, 90.0)  # percentiles of the steady speed of dance that is lively enough
PERCENTILES = (5, 50, 95)  # that the asset tells of each quantity
LOW = 5  # percentile of sub-scores that is printed

# Least tolerance (what measuring alone is off by), and the excess at which a score has fallen to
# 1/e.
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="built by footlights data build")
    data = parser.parse_args().data

    content = calibration_of(dance_windows(data, "train", free=True))
    ASSET.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    calibration = Calibration.read(ASSET.read_text(encoding="utf-8"), ASSET.name)
    print(f"{ASSET.name}: {calibration.name}")
    for split in ("train", "val"):
        print_scores(dance_windows(data, split), calibration, split)


def calibration_of(windows: list[Window]) -> dict[str, Any]:
    """What the asset holds."""
    values = measured(windows)
    speeds, values = values[:, -1], values[:, :-1]
    of_genre = {
        genre: np.array([window.genre == genre for window in windows])
        for genre in sorted({window.genre for window in windows})
    }

    return {
        "format": "footlights-physics-calibration-2",
        "version": VERSION,
        "source": f"real dance, train split, free for any use: {len(windows)} windows of up to "
        f"{SECONDS:g} s, 30 fps, floor 0",
        "beyond": f"{BEYOND:g} % of windows",
        "quantities": {
            name: _row(column, *SCALES[name]) for name, column in zip(SCALES, values.T, strict=True)
        },
        "energy": {"unit": "m/s", "band": [_rounded(np.percentile(speeds, p)) for p in SPEED_BAND]},
        "genres": {
            genre: {
                "windows": int(mask.sum()),
                "medians": dict(
                    zip(SCALES, _rounded(np.median(values[mask], axis=0)), strict=True)
                ),
            }
            for genre, mask in of_genre.items()
        },
    }


def measured(windows: list[Window]) -> np.ndarray:
    """(N, Q + 1) quantities of windows, and last their steady speeds, on all cores."""
    with Executor() as executor:
        return np.array(executor.map(_measure, windows))


def _measure(window: Window) -> list[float]:
    motion = window.motion()
    quantities = measure(motion, Humanoid.of()).quantities
    return [*(quantities[name].value for name in SCALES), steady_speed(motion)]


def _row(values: np.ndarray, least: float, scale: float) -> dict[str, Any]:
    tolerance = max(least, float(np.percentile(values, 100 - BEYOND)))
    percentiles = {str(p): _rounded(np.percentile(values, p)) for p in PERCENTILES}
    return {"tolerance": round(tolerance, 4), "scale": scale, "percentiles": percentiles}


def _rounded(values: Any) -> Any:
    return np.round(values, 4).tolist()


def print_scores(windows: list[Window], calibration: Calibration, split: str) -> None:
    """The 5th percentile of every sub-score, by genre and of all windows together."""
    scores = np.array([_scores(row, calibration) for row in measured(windows)[:, :-1]])
    names = " ".join(f"{name[:8]:>8}" for name in SUB_SCORES)
    print(f"\n{split}: {LOW}th percentile of sub-scores\n{'genre':14}{'n':>5} {names}")

    for genre in [*sorted({window.genre for window in windows}), "all"]:
        mask = np.array([genre in ("all", window.genre) for window in windows])
        low = np.percentile(scores[mask], LOW, axis=0)
        print(f"{genre:14}{mask.sum():5} " + " ".join(f"{score:8.2f}" for score in low))


def _scores(values: np.ndarray, calibration: Calibration) -> list[float]:
    quantities = {
        name: Quantity(float(value), "", np.array([value]))
        for name, value in zip(SCALES, values, strict=True)
    }
    return list(sub_scores(quantities, calibration)[0].values())


if __name__ == "__main__":
    main()
