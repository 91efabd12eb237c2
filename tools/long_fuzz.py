"""Damage files of every kind, ten thousand times each, and see what their readers do.

    python tools/long_fuzz.py [--mutations 10000] [--doors bvh,wav,...]

Each door of `tests/specimens.py` and `tests/document_specimens.py` is given damaged copies of a
small healthy file, a thousand a process, which may take a gigabyte. Counted are ends that are no
result and no `FootlightsError`, files that took more than ten seconds of processor time, and files
that were left outside the one folder that the process was to work in. What is done is kept in
docs/fuzzing.jsonl: the same command goes on, on another machine, too; docs/fuzzing.md is its table.
A seed that failed is seen alone by `python tests/reading.py --mutate DOOR SEED SEED+1 DIR`.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
TESTS, DOCS = CHECKOUT / "tests", CHECKOUT / "docs"
KEPT, TABLE = DOCS / "fuzzing.jsonl", DOCS / "fuzzing.md"
sys.path[:0] = [str(CHECKOUT / "src"), str(TESTS)]

BLOCK = 1000  # damaged files a process
SECONDS = 10.0  # of processor time a file
SHOWN = 300  # characters of a failure


@dataclass(frozen=True)
class Block:
    """What came of the seeds of one process.

    Attributes:
        first, last: seeds from, to before.
        read, refused, failed: how reading ended; failed is anything that is neither.
        slow: files that took more than ten seconds of processor time.
        seconds: processor seconds of the slowest.
        megabytes: the most that the process held, footlights itself included.
        outside: files that were left outside the working folder.
        failure: the first failure in words.
    """

    door: str
    first: int
    last: int
    read: int
    refused: int
    failed: int
    slow: int
    seconds: float
    megabytes: int
    outside: int
    failure: str = ""


def doors() -> list[str]:
    import document_specimens
    import specimens

    return [*specimens.READERS, *document_specimens.DOCUMENTS]


def run_block(door: str, first: int, last: int) -> Block:
    """Reads damaged copies in a process with a home and a temporary folder of its own."""
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        for name in ("work", "home", "tmp"):
            (place / name).mkdir()
        words = [TESTS / "reading.py", "--mutate", door, first, last, place / "work"]
        with (place / "said").open("wb") as said, (place / "wrong").open("wb") as wrong:
            process = subprocess.Popen(
                [sys.executable, *map(str, words)],
                env=environment(place),
                cwd=place / "work",
                stdout=said,
                stderr=wrong,
            )
            _, status, usage = os.wait4(process.pid, 0)
        outcomes = [json.loads(line) for line in (place / "said").read_text().splitlines()]
        outside = [path for name in ("home", "tmp") for path in (place / name).rglob("*")]
        died = "" if status == 0 else (place / "wrong").read_text()[-SHOWN:] or f"status {status}"

    ends = [outcome["ended"] for outcome in outcomes]
    read, refused = ends.count("read"), sum(end.startswith("refused: ") for end in ends)
    crashes = [f"{o['seed']}: {o['ended'][-SHOWN:]}" for o in outcomes if "crash" in o["ended"][:6]]
    # What a process that died was at is a failure, and what it had not come to is not done.
    failures = crashes + ([f"{first + len(ends)}: {died}"] if died else [])
    times = [outcome["seconds"] for outcome in outcomes]
    return Block(
        door,
        first,
        first + len(ends) + bool(died),
        read,
        refused,
        len(failures),
        sum(seconds > SECONDS for seconds in times),
        round(max(times, default=0.0), 3),
        usage.ru_maxrss // 1024,
        len(outside),
        failures[0] if failures else "",
    )


def environment(place: Path) -> dict[str, str]:
    return {
        **os.environ,
        "HOME": str(place / "home"),
        "TMPDIR": str(place / "tmp"),
        "PYTHONPATH": f"{CHECKOUT / 'src'}{os.pathsep}{TESTS}",
        "OPENBLAS_NUM_THREADS": "1",
    }


def read_blocks() -> list[Block]:
    lines = KEPT.read_text().splitlines() if KEPT.exists() else []
    return [Block(**json.loads(line)) for line in lines]


def table(blocks: list[Block], names: list[str]) -> str:
    lines = [
        "| door | mutations | read | refused | failures | over 10 s | worst, CPU s | peak, MB "
        "| files outside |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name in (*names, "all"):
        own = [block for block in blocks if name in (block.door, "all")]
        done = sum(block.last - block.first for block in own)
        counts = [
            sum(getattr(block, count) for block in own)
            for count in ("read", "refused", "failed", "slow", "outside")
        ]
        seconds = max((block.seconds for block in own), default=0.0)
        megabytes = max((block.megabytes for block in own), default=0)
        cells = [name, done, *counts[:4], f"{seconds:.2f}", megabytes, counts[4]]
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines)


def write_table(blocks: list[Block], names: list[str]) -> None:
    TABLE.write_text(
        "# Damaged files\n\n"
        "Made by `python tools/long_fuzz.py`: damaged copies of one small healthy file for each "
        "door, read in\nprocesses that may take a gigabyte. *Read* are those that were taken for "
        "something whole, *refused* those\nthat ended in one clear line; a failure is any other "
        "end. The peak is that of a process which reads a\nthousand of them one after the other, "
        f"with Python and footlights itself.\n\n{table(blocks, names)}\n"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--mutations", type=int, default=10_000, help="of each door")
    parser.add_argument("--doors", help="only these, with commas")
    args = parser.parse_args()
    names, blocks = doors(), read_blocks()
    chosen = args.doors.split(",") if args.doors else names

    while True:
        done = {name: max((b.last for b in blocks if b.door == name), default=0) for name in chosen}
        door = min(done, key=lambda name: done[name])  # the one that is farthest behind
        if done[door] >= args.mutations:
            break
        block = run_block(door, done[door], min(done[door] + BLOCK, args.mutations))
        blocks.append(block)
        with KEPT.open("a") as file:
            file.write(json.dumps(asdict(block)) + "\n")
        print(json.dumps(asdict(block)), flush=True)
        write_table(blocks, names)
    write_table(blocks, names)


if __name__ == "__main__":
    main()
