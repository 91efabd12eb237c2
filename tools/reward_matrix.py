"""The matrix of docs/rewards.md: python tools/reward_matrix.py --data BUILT [--write]

Medians of every reward over windows of real dance of the validation split, as they are and as
canaries have them. Rewards of the song are left out: these recordings came without theirs.
"""

import argparse
import re
from pathlib import Path

import numpy as np

from calibrate_physics import windows
from footlights.basics.executor import Executor
from footlights.formats import read
from footlights.rewards import REWARDS, combine
from physics_tables import CANARIES, canaries, sliding

DOC = Path(__file__).parents[1] / "docs" / "rewards.md"
NAMES = [name for name in REWARDS if name != "beats"]
MIXED = "physics=.5, foot_ground=.2, energy=.3"
STATUES = {
    "statue trembling 10 mm": lambda m: canaries.vibrating(canaries.frozen(m), 0.01),
    "statue sliding 1 m/s": lambda m: sliding(canaries.frozen(m)),
}
SPOILT = CANARIES | STATUES


def worth(given: tuple[str, Path, int, int, str]) -> list[float]:
    """Every reward of one window, spoilt by a canary ("" for none), and some combined."""
    _, file, start, end, canary = given
    motion = read(file)[start:end]
    motion = SPOILT[canary](motion) if canary else motion
    rewards = [*(REWARDS[name] for name in NAMES), combine(MIXED)]
    return [float(reward([motion], [None]).total[0]) for reward in rewards]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="built by footlights data build")
    parser.add_argument("--write", action="store_true", help="put the matrix into docs/rewards.md")
    args = parser.parse_args()
    found = windows(args.data, "val")
    lines = [
        f"| n = {len(found)} | " + " | ".join(NAMES) + f" | {MIXED} |",
        "|---" * (2 + len(NAMES)) + "|",
    ]
    with Executor() as executor:
        for canary in ("", *SPOILT):
            orders = [(*window, canary) for window in found]
            table = np.array(executor.map(worth, orders))
            cells = " | ".join(f"{x:.2f}" for x in np.nanmedian(table, axis=0))
            lines.append(f"| {canary or '**real**'} | {cells} |")
    print("\n".join(lines))
    if args.write:
        text = DOC.read_text(encoding="utf-8")
        whole = "\n".join(["<!-- matrix -->", *lines, "<!-- end -->"])
        told = re.sub("<!-- matrix -->.*?<!-- end -->", lambda _: whole, text, flags=re.DOTALL)
        DOC.write_text(told, encoding="utf-8")


if __name__ == "__main__":
    main()
