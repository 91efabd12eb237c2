"""The tables of docs/physics.md: python tools/physics_tables.py --data BUILT --golden DIR [--write]

PhyMotion's probes (files of DIR) under its published score and under ours; canaries made of real
dance of the validation split; sub-scores of real motion by genre. ``--write`` puts them into
docs/physics.md, between their marks.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

import mujoco
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
import canaries
import probes
from dance_windows import Window, dance_windows, other_windows
from doc_tables import put_table, table
from footlights.basics.executor import Executor
from footlights.motion.motion import Motion
from footlights.physics import Humanoid, judge
from footlights.physics.judgement import SUB_SCORES
from footlights.physics.mujoco_model import model_of
from footlights.physics.published import Hinged, phymotion_terms

DOC = Path(__file__).parents[1] / "docs" / "physics.md"
FAULTY = 0.9  # sub-scores of probes below this are named
TOUCHING = -0.01  # metres: geoms nearer than this lie in each other
EVERY = 6  # frames between those whose contacts are counted

CANARIES: dict[str, Callable[[Motion], Motion]] = {
    "frozen": canaries.frozen,
    "slow drift": canaries.slow_drift,
    "vibrating 1 mm": partial(canaries.vibrating, metres=0.001),
    "vibrating 3 mm": partial(canaries.vibrating, metres=0.003),
    "vibrating 10 mm": partial(canaries.vibrating, metres=0.01),
    "hovering 20 cm": canaries.hovering,
    "sunk 10 cm": canaries.sunk,
    "skating 0.5 m/s, to and fro": canaries.skating,
    "sliding 1 m/s": canaries.sliding,
    "teleporting 1 m": canaries.teleporting,
    "swapped arms": canaries.swapped_arms,
    "crossing limbs": canaries.crossing_limbs,
    "spinning root": canaries.spinning_root,
    "random pieces": canaries.random_codes,
    "time reversed": canaries.time_reversed,
    "half speed": canaries.half_speed,
    "double speed": canaries.double_speed,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="built by footlights data build")
    parser.add_argument(
        "--golden", type=Path, required=True, help="a folder with phymotion_probes.npz"
    )
    parser.add_argument("--write", action="store_true", help="put the tables into docs/physics.md")
    args = parser.parse_args()

    tables = {
        "probes": probe_table(args.golden),
        "canaries": canary_table(args.data),
        "genres": genre_table(args.data),
        "touches": touch_table(args.data),
    }
    for name, text in tables.items():
        print(f"\n{text}")
        if args.write:
            put_table(DOC, name, text)


def probe_table(golden: Path) -> str:
    """Every probe of phymotion_probes.npz: the published axes and ours."""
    body, ours = Hinged(probes.native()), probes.humanoid()
    rows = []
    with np.load(golden / "phymotion_probes.npz") as file:
        for name, fps in zip(file["names"].tolist(), file["fps"].tolist(), strict=True):
            qpos = file[f"{name}/qpos"]
            motion = probes.motion_of(qpos, fps)
            published = phymotion_terms(body, qpos, fps, motion.positions.astype(np.float64))
            judgement = judge(motion, humanoid=ours)
            worst, score = min(judgement.sub_scores.items(), key=lambda item: item[1])

            rows.append(
                [
                    name,
                    *_cells([published[key] for key in ("phy", "kin", "con", "dyn")]),
                    f"**{judgement.physics_score:.2f}**",
                    *_cells(judgement.axes.values()),
                    f"{worst} {score:.2f}" if score < FAULTY else "",
                ]
            )
    head = "probe | published | kin | con | dyn | **ours** | kin | con | dyn | worst of ours"
    return table(head.split(" | "), rows)


def canary_table(data: Path) -> str:
    """Medians over windows of the validation split; bold where below the 5th percentile of the
    same windows unspoilt.
    """
    windows = dance_windows(data, "val")
    real = scores(windows)
    low = np.percentile(real, 5, axis=0)
    low[1] = -np.inf  # activity is no score: nothing is wrong with little of it

    rows = [
        ["real, median", *_cells(np.median(real, axis=0))],
        ["real, 5th percentile", *_cells(np.percentile(real, 5, axis=0))],
    ]
    for name in CANARIES:
        medians = np.median(scores(windows, name), axis=0)
        cells = zip(_cells(medians), medians < low, strict=True)
        rows.append([name, *(f"**{cell}**" if bold else cell for cell, bold in cells)])
    return table([f"n = {len(windows)}", "score", "m/s", *SUB_SCORES], rows)


def genre_table(data: Path) -> str:
    """Fifth percentiles by genre: dance by split, and every other motion."""
    groups = {split: dance_windows(data, split) for split in ("train", "val")}
    groups["not dance"] = other_windows(data)
    rows = []
    for group, windows in groups.items():
        values, genres = scores(windows), np.array([window.genre for window in windows])
        for genre in [*sorted(set(genres)), "all"]:
            mine = values[(genres == genre) | (genre == "all")]
            low = np.percentile(mine[:, 2:], 5, axis=0)
            figures = [str(len(mine)), f"{np.median(mine[:, 0]):.2f}", *_cells(low)]
            rows.append([group, genre, *figures])
    return table(["", "genre", "n", "score, median", *SUB_SCORES], rows)


def touch_table(data: Path) -> str:
    """Share of frames (five a second) in which geoms of the MuJoCo model lie deeper than a
    centimetre in each other.
    """
    frames, touching = Counter[str](), Counter[str]()
    pairs: dict[str, Counter[str]] = {}
    model = model_of(Humanoid.of(), floor=False, actuators=False)
    state = mujoco.MjData(model)
    for window in [*dance_windows(data, "train"), *dance_windows(data, "val")]:
        for qpos in Humanoid.of().qpos(window.motion())[::EVERY]:
            state.qpos[:] = qpos
            mujoco.mj_fwdPosition(model, state)
            deep = _deep_pairs(model, state)
            frames[window.genre] += 1
            touching[window.genre] += bool(deep)
            pairs.setdefault(window.genre, Counter()).update(deep)

    rows = []
    for genre in sorted(frames):
        most = max(pairs[genre], key=pairs[genre].__getitem__, default="")
        rows.append([genre, str(frames[genre]), f"{touching[genre] / frames[genre]:.3f}", most])
    rows.append(["all", str(frames.total()), f"{touching.total() / frames.total():.3f}", ""])
    return table(["genre", "frames", "share", "the pair that does so most"], rows)


def scores(windows: list[Window], canary: str = "") -> np.ndarray:
    """(N, 2 + S) physics score, activity and sub-scores of windows, as a canary has them."""
    with Executor() as executor:
        return np.array(executor.map(partial(_scores, canary), windows))


def _scores(canary: str, window: Window) -> list[float]:
    motion = window.motion()
    judgement = judge(CANARIES[canary](motion) if canary else motion)
    return [judgement.physics_score, judgement.activity, *judgement.sub_scores.values()]


def _deep_pairs(model: mujoco.MjModel, state: mujoco.MjData) -> set[str]:
    contacts = [contact.geom for contact in state.contact if contact.dist < TOUCHING]
    return {" in ".join(sorted(model.geom(geom).name for geom in pair)) for pair in contacts}


def _cells(values) -> list[str]:  # type: ignore[no-untyped-def]
    return [f"{value:.2f}" for value in values]


if __name__ == "__main__":
    main()
