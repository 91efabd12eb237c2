"""Compare our published variants with every value in a folder of golden files.

usage: python tools/check_golden.py DIR

Prints the worst error per quantity, also as a share of what is allowed, and exits with 1 when one
is above it, or 2 when there is nothing to compare. Files: gen_dance_features, gen_fid_div,
gen_beats, gen_music with gen_audio.wav, edge_pfc, edge_rotations_fk, edge_dataset,
edge_diffusion_tables, edge_baseline35, s2s_metrics, s2s_rewards, and phymotion_probes,
phymotion_invdyn, phymotion_smpl_to_qpos, phymotion_v1 with phymotion_humanoid.json. Missing files,
and .npz files that no function here speaks of, are named; a file that does not read or lacks a
quantity is named, fails, and the others go on.
"""

import sys
import zipfile
from pathlib import Path

import numpy as np

import golden_metrics
import golden_motion
import golden_music
import golden_phymotion
from footlights.basics.errors import FootlightsError
from golden_ledger import Check, Ledger

CHECKS: dict[str, Check] = {
    **golden_metrics.CHECKS,
    **golden_motion.CHECKS,
    **golden_music.CHECKS,
    **golden_phymotion.CHECKS,
}
# What a file that is damaged or lacks a quantity ends in.
_BROKEN = (
    KeyError, IndexError, ValueError, TypeError, OSError, zipfile.BadZipFile, FootlightsError
)  # fmt: skip


def main(arguments: list[str]) -> int:
    """Print the table; the exit code."""
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        print(__doc__, file=sys.stderr)
        return 2
    folder = Path(arguments[0])
    ledger, broken = check(folder)
    print_ledger(ledger)

    there = {path.stem for path in folder.glob("*.npz")}
    print_names("not there", set(CHECKS) - there)
    print_names("nothing here compares", there - set(CHECKS))
    for line in broken:
        print(f"BROKEN {line}")

    if not ledger.rows and not broken:
        return 2
    # A share that is NaN is above what is allowed, too.
    return int(bool(broken) or any(not row.share <= 1 for row in ledger.rows.values()))


def check(folder: Path) -> tuple[Ledger, list[str]]:
    """Errors of all files in ``folder``, and a line for each that does not read.

    What such a file gave before that is kept.
    """
    ledger, broken = Ledger(), []
    for name, compare in CHECKS.items():
        path = folder / f"{name}.npz"
        if not path.exists():
            continue
        try:
            with np.load(path, allow_pickle=False) as arrays:
                compare(dict(arrays), ledger, folder)
        except _BROKEN as error:
            broken.append(f"{path.name}: {type(error).__name__}: {error}")
    return ledger, broken


def print_ledger(ledger: Ledger) -> None:
    print(f"{'quantity':34} {'values':>8} {'worst error':>12} {'of allowed':>11}")
    for quantity, row in ledger.rows.items():
        verdict = "" if row.share <= 1 else "  TOO LARGE"
        print(f"{quantity:34} {row.values:8d} {row.error:12.2e} {row.share:11.4f}{verdict}")


def print_names(title: str, names: set[str]) -> None:
    if names:
        print(f"{title}: {', '.join(sorted(names))}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
