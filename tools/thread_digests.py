"""Whether threads and worker processes change a byte: dances, films and tables under each number.

    python tools/thread_digests.py --out FOLDER [--checkout DIR] [--seconds 20] [--count 2]

Makes lively dances and their films with 1, 2 and 4 threads of the network and of OpenBLAS, and
measures the dances with 1 and 2 workers. Prints digests, seconds, and how many of each differ; ends
with 1 where any do. ``--checkout`` takes the footlights of another folder, such as an older one.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
SONG = Path("src", "footlights", "assets", "song.ogg")
NUMBERS = (1, 2, 4)

# The command, with so many threads of onnxruntime, whose number no option of the command sets.
COMMAND = """
import sys
from footlights.learning.network import OnnxNetwork
OnnxNetwork.__init__.__defaults__ = (int(sys.argv[1]),)
from footlights.cli import main
if __name__ == "__main__":
    sys.exit(main(sys.argv[2:]))
"""


def run(checkout: Path, folder: Path, network: int | None, sums: int, *words: object) -> float:
    """Seconds that a command of the footlights in ``checkout`` takes in ``folder``.

    Args:
        network: threads of onnxruntime; as many as the command takes when None. To set them loads
            numpy before the command begins, which then has as many threads as ``sums`` says.
        sums: threads that the surroundings ask for.
    """
    names = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")
    surroundings = {
        **os.environ,
        **dict.fromkeys(names, str(sums)),
        "PYTHONPATH": str(checkout / "src"),
        "XDG_CACHE_HOME": str(folder / "cache"),
    }
    began = time.monotonic()
    how = ["-m", "footlights"] if network is None else ["-c", COMMAND, str(network)]
    command = [sys.executable, *how, *map(str, words)]
    done = subprocess.run(command, env=surroundings, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, words))} ends with {done.returncode}:\n{done.stderr[-2000:]}")
    return time.monotonic() - began


def digests(files: list[Path]) -> list[str]:
    return [hashlib.sha256(file.read_bytes()).hexdigest()[:12] for file in sorted(files)]


def danced(args: argparse.Namespace, place: Path) -> dict[str, set[str]]:
    """What dances and films are made with each number of threads: digests by file."""
    made: dict[str, set[str]] = {}
    for network, sums in [(n, 1) for n in NUMBERS] + [(None, n) for n in NUMBERS[1:]]:
        folder = place / f"network{network}-sums{sums}"
        folder.mkdir(parents=True)
        words = ("--seconds", args.seconds, "--count", args.count, "--energy", 1)
        seconds = run(
            args.checkout, folder, network, sums,
            "dance", args.checkout / SONG, "-o", "out", *words, "--formats", "npz,mp4",
        )  # fmt: skip
        files = sorted((folder / "out").glob("song*.*"))
        for file, digest in zip(files, digests(files), strict=True):
            made.setdefault(file.name, set()).add(digest)
        shown = " ".join(digests(files))
        print(f"network {network or 'as it is'} sums {sums} {seconds:6.1f} s  {shown}", flush=True)
    return made


def measured(args: argparse.Namespace, place: Path) -> dict[str, set[str]]:
    """What tables are made with each number of threads and workers: digests by file."""
    made: dict[str, set[str]] = {"table.json": set()}
    dances = place / f"network{NUMBERS[0]}-sums1" / "out"
    for jobs, sums in ((1, 1), (2, 1), (1, 2), (2, 2), (1, 4)):
        # Folders of one name, which the table tells.
        folder = place / f"jobs{jobs}-sums{sums}"
        folder.mkdir()
        shutil.copytree(dances, folder / "out", ignore=shutil.ignore_patterns("*.mp4"))
        words = ("--generated", "out", "--jobs", jobs, "--json-file", "table.json")
        seconds = run(args.checkout, folder, None, sums, "evaluate", *words)
        made["table.json"].update(digests([folder / "table.json"]))
        shown = digests([folder / "table.json"])[0]
        print(f"jobs {jobs} sums {sums} {seconds:6.1f} s  {shown}", flush=True)
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, help="scratch folder, emptied")
    parser.add_argument("--checkout", type=Path, default=CHECKOUT)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--count", type=int, default=2)
    args = parser.parse_args()
    args.checkout = args.checkout.resolve()
    place = args.out.resolve()
    shutil.rmtree(place, ignore_errors=True)

    made = danced(args, place) | measured(args, place)
    for name, variants in made.items():
        print(f"{name}: {'the same bytes' if len(variants) == 1 else f'{len(variants)} variants'}")
    sys.exit(any(len(variants) > 1 for variants in made.values()))


if __name__ == "__main__":
    main()
