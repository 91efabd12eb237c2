"""The tables of docs/physics.md: python tools/physics_tables.py --data BUILT --golden DIR [--write]

PhyMotion's probes (files of DIR) under its published score and under ours; canaries made of real
dance of the validation split; sub-scores of real motion by genre. ``--write`` puts them into
docs/physics.md, between their marks.
"""

import argparse
import re
import sys
from collections import Counter
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
import canaries
import probes
from calibrate_physics import WINDOW, windows
from footlights.basics.executor import Executor
from footlights.data.dataset import Dataset
from footlights.formats import read
from footlights.motion.motion import Motion
from footlights.physics import Humanoid, judge
from footlights.physics.judgement import SUB_SCORES, Judgement
from footlights.physics.mujoco_model import model_of
from footlights.physics.published import Hinged, phymotion_terms

DOC = Path(__file__).parents[1] / "docs" / "physics.md"
NAMES = list(SUB_SCORES)


def sliding(motion: Motion, speed: float = 1.0) -> Motion:
    """The whole clip glides at ``speed`` m/s."""
    at = np.arange(len(motion))[:, None] / motion.fps
    return motion.replace(root=motion.root + (at * np.array([speed, 0, 0])).astype(np.float32))


CANARIES = {
    "frozen": canaries.frozen,
    "slow drift": canaries.slow_drift,
    "vibrating 1 mm": lambda m: canaries.vibrating(m, 0.001),
    "vibrating 3 mm": lambda m: canaries.vibrating(m, 0.003),
    "vibrating 10 mm": lambda m: canaries.vibrating(m, 0.01),
    "hovering 20 cm": canaries.hovering,
    "sunk 10 cm": canaries.sunk,
    "skating 0.5 m/s, to and fro": canaries.skating,
    "sliding 1 m/s": sliding,
    "teleporting 1 m": canaries.teleporting,
    "swapped arms": canaries.swapped_arms,
    "crossing limbs": canaries.crossing_limbs,
    "spinning root": canaries.spinning_root,
    "random pieces": canaries.random_codes,
    "time reversed": canaries.time_reversed,
    "half speed": canaries.half_speed,
    "double speed": canaries.double_speed,
}


def probe_table(golden: Path) -> str:
    """Every probe of phymotion_probes.npz: the published axes and ours."""
    body, ours = Hinged(probes.native()), probes.humanoid()
    lines = [
        "| probe | published | kin | con | dyn | **ours** | kin | con | dyn | worst of ours |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    with np.load(golden / "phymotion_probes.npz") as file:
        for name, fps in zip(file["names"].tolist(), file["fps"].tolist(), strict=True):
            motion = probes.motion_of(file[f"{name}/qpos"], fps)
            terms = phymotion_terms(
                body, file[f"{name}/qpos"], fps, motion.positions.astype(np.float64)
            )
            found = judge(motion, humanoid=ours)
            worst = min(found.sub_scores, key=found.sub_scores.__getitem__)
            told = f"{worst} {found.sub_scores[worst]:.2f}" if found.sub_scores[worst] < 0.9 else ""
            theirs = " | ".join(f"{terms[key]:.2f}" for key in ("phy", "kin", "con", "dyn"))
            axes = " | ".join(f"{value:.2f}" for value in found.axes.values())
            lines.append(f"| {name} | {theirs} | **{found.physics_score:.2f}** | {axes} | {told} |")
    return "\n".join(lines)


def scores(given: tuple[str, Path, int, int, str]) -> list[float]:
    """Physics score, activity and sub-scores of one window as a canary has it ("" for none)."""
    _, file, start, end, canary = given
    motion = read(file)[start:end]
    found: Judgement = judge(CANARIES[canary](motion) if canary else motion)
    return [found.physics_score, found.activity, *found.sub_scores.values()]


def rows(orders: list[tuple[str, Path, int, int, str]]) -> np.ndarray:
    with Executor() as executor:
        return np.array(executor.map(scores, orders))


def canary_table(data: Path) -> str:
    """Medians over windows of the validation split; bold where below the 5th percentile of the
    same windows unspoilt.
    """
    found = windows(data, "val")
    real = rows([(*window, "") for window in found])
    low = np.percentile(real, 5, axis=0)
    lines = [
        f"| n = {len(found)} | score | m/s | " + " | ".join(NAMES) + " |",
        "|---" * (3 + len(NAMES)) + "|",
    ]
    lines.append(
        "| real, median | " + " | ".join(f"{x:.2f}" for x in np.median(real, axis=0)) + " |"
    )
    lines.append("| real, 5th percentile | " + " | ".join(f"{x:.2f}" for x in low) + " |")
    for name in CANARIES:
        middle = np.median(rows([(*window, name) for window in found]), axis=0)
        cells = [
            f"**{x:.2f}**" if k != 1 and x < low[k] else f"{x:.2f}" for k, x in enumerate(middle)
        ]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def touch_table(data: Path) -> str:
    """Share of frames (five a second) in which geoms of the MuJoCo model lie deeper than a
    centimetre in each other.
    """
    import mujoco

    model = model_of(Humanoid.of(), floor=False, actuators=False)
    state = mujoco.MjData(model)
    lines = ["| genre | frames | share | the pair that does so most |", "|---|---|---|---|"]
    count, deep = Counter[str](), {}
    for split in ("train", "val"):
        for genre, file, start, end in windows(data, split):
            for row in Humanoid.of().qpos(read(file)[start:end])[::6]:
                state.qpos[:] = row
                mujoco.mj_fwdPosition(model, state)
                pairs = {
                    tuple(sorted(model.geom(g).name for g in c.geom))
                    for c in state.contact
                    if c.dist < -0.01
                }
                count[genre] += 1
                deep.setdefault(genre, Counter()).update(
                    {"": bool(pairs)} | dict.fromkeys(map(" in ".join, pairs), 1)
                )
    for genre in sorted(count):
        share, pairs = deep[genre].pop("") / count[genre], deep[genre]
        lines.append(
            f"| {genre} | {count[genre]} | {share:.3f} | {max(pairs, key=pairs.get) if pairs else ''} |"
        )
        deep[genre][""] = round(share * count[genre])
    lines.append(
        f"| all | {sum(count.values())} | {sum(d[''] for d in deep.values()) / sum(count.values()):.3f} | |"
    )
    return "\n".join(lines)


def genre_table(data: Path) -> str:
    """Fifth percentiles by genre: dance by split, and every other motion."""
    groups: dict[tuple[str, str], list[tuple[str, Path, int, int]]] = {}
    for split in ("train", "val"):
        for window in windows(data, split):
            groups.setdefault((split, window[0]), []).append(window)
    for window in other(data):
        groups.setdefault(("not dance", window[0]), []).append(window)
    lines = [
        "| | genre | n | score, median | " + " | ".join(NAMES) + " |",
        "|---" * (4 + len(NAMES)) + "|",
    ]
    for split in ("train", "val", "not dance"):
        mine = {genre: w for (s, genre), w in sorted(groups.items()) if s == split}
        tables = {genre: rows([(*window, "") for window in found]) for genre, found in mine.items()}
        for genre, table in [*tables.items(), ("all", np.concatenate(list(tables.values())))]:
            cells = " | ".join(f"{x:.2f}" for x in np.percentile(table[:, 2:], 5, axis=0))
            lines.append(
                f"| {split} | {genre} | {len(table)} | {np.median(table[:, 0]):.2f} | {cells} |"
            )
    return "\n".join(lines)


def other(data: Path) -> list[tuple[str, Path, int, int]]:
    """Windows of clips that are no dance: what else bodies do."""
    dataset = Dataset.read(data)
    long, found = round(WINDOW * dataset.fps), []
    for clip in dataset.clips:
        if not clip.dance and not clip.flawed and clip.split != "test":
            frames = round(clip.seconds * dataset.fps)
            spans = [
                (s, min(s + long, frames))
                for s in range(0, frames, long)
                if frames - s >= long / 5 or s == 0
            ]
            found += [(clip.style, clip.file, start, end) for start, end in spans]
    return found


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
    }
    tables["touches"] = touch_table(args.data)
    text = DOC.read_text(encoding="utf-8")
    for name, table in tables.items():
        print(f"\n{table}")
        whole = f"<!-- {name} -->\n{table}\n<!-- end -->"
        text = re.sub(
            f"<!-- {name} -->.*?<!-- end -->", lambda _, whole=whole: whole, text, flags=re.DOTALL
        )
    if args.write:
        DOC.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
