"""The matrix of docs/rewards.md: python tools/reward_matrix.py --data BUILT [--write]

Medians of every reward over windows of real dance of the validation split, as they are and as
canaries have them. Rewards of the song are left out: these recordings came without theirs.
"""

import argparse
from functools import partial
from pathlib import Path

import numpy as np

from dance_windows import Window, dance_windows
from doc_tables import put_table, table
from footlights.basics.executor import Executor
from footlights.motion.motion import Motion
from footlights.rewards import REWARDS, combine
from physics_tables import CANARIES, canaries

DOC = Path(__file__).parents[1] / "docs" / "rewards.md"
NAMES = [name for name in REWARDS if name != "beats"]
MIXED = "physics=.5, foot_ground=.2, energy=.3"


def trembling_statue(motion: Motion) -> Motion:
    return canaries.vibrating(canaries.frozen(motion), 0.01)


SPOILT = CANARIES | {
    "statue trembling 10 mm": trembling_statue,
    "statue sliding 1 m/s": partial(canaries.slow_drift, speed=1.0),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="built by footlights data build")
    parser.add_argument("--write", action="store_true", help="put the matrix into docs/rewards.md")
    args = parser.parse_args()

    windows = dance_windows(args.data, "val")
    rows = []
    with Executor() as executor:
        for canary in ("", *SPOILT):
            worths = np.array(executor.map(partial(worth, canary), windows))
            medians = np.nanmedian(worths, axis=0)
            rows.append([canary or "**real**", *(f"{median:.2f}" for median in medians)])
    text = table([f"n = {len(windows)}", *NAMES, MIXED], rows)
    print(text)
    if args.write:
        put_table(DOC, "matrix", text)


def worth(canary: str, window: Window) -> list[float]:
    """Every reward of one window, spoilt by a canary ("" for none), and some combined."""
    motion = window.motion()
    motion = SPOILT[canary](motion) if canary else motion
    rewards = [*(REWARDS[name] for name in NAMES), combine(MIXED)]
    return [float(reward([motion], [None]).total[0]) for reward in rewards]


if __name__ == "__main__":
    main()
