"""Kill footlights at random moments and see what is lost: the table of docs/kills.md.

    python tools/kill_runs.py --out FOLDER [--kills 200] [--write]

Each command of SCENARIOS is run once without a disturbance, for its time and its files. Then it is
begun again and again, ended at a random moment by one of four signals, looked at, and run to its
end. Counted are: finished files that are not those of the unbroken run (losses), processes that are
still there five seconds later (orphans), and results of the second run that differ from the
unbroken one. What is done is kept in FOLDER/kills.jsonl: the same command goes on.
"""

import argparse
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

DOC = Path(__file__).parents[1] / "docs" / "kills.md"
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
GRACE = 5.0  # seconds after which a process that is left is an orphan

TINY = """
[model]
width = 32
layers = 2
heads = 2
feedforward = 64
window = 30

[train]
steps = 60
batch = 4
warmup = 2
"""


@dataclass(frozen=True)
class Scenario:
    """A command that is killed.

    Attributes:
        words: the command line after "footlights", given the folder of the material and its own.
        growing: beginnings of names of files that grow while it runs, which are whole in the end.
    """

    name: str
    words: Callable[[Path, Path], list[object]]
    growing: tuple[str, ...] = ()


SCENARIOS = (
    Scenario(
        "dance",
        lambda stuff, out: [
            "dance", stuff / "song.ogg", "-o", out, "--seconds", 8, "--count", 2,
            "--formats", "npz,bvh,glb,html,mp4",
        ],
        ("dances.json", "index.html"),
    ),
    Scenario(
        "data build",
        lambda stuff, out: [
            "data", "build", "--source", stuff / "motions", "--format", "folder", "-o", out,
            "--jobs", 2,
        ],
        ("cache", "data.json"),
    ),
    Scenario(
        "convert",
        lambda stuff, out: ["convert", stuff / "motions", out, "--as", "glb", "--jobs", 2],
    ),
    Scenario(
        "evaluate",
        lambda stuff, out: [
            "evaluate", "--generated", stuff / "motions", "--json-file", out / "table.json",
            "--jobs", 2,
        ],
    ),
    Scenario(
        "score",
        lambda stuff, out: [
            "score", stuff / "motions", "--json-file", out / "score.json",
            "--html", out / "score.html", "--jobs", 2,
        ],
    ),
    Scenario(
        "train",
        lambda stuff, out: [
            "train", "diffusion", "--data", stuff / "built", "--config", stuff / "tiny.toml",
            "--out", out, "--device", "cpu",
        ],
        ("curve.jsonl", "tensorboard", "checkpoint", "films", "model", "card.json"),
    ),
)  # fmt: skip


def environment(stuff: Path, mark: str) -> dict[str, str]:
    """A cache of its own, so that nothing is answered from an earlier run; ``mark`` names it."""
    cache = stuff / "caches" / mark
    return {
        **os.environ,
        "XDG_CACHE_HOME": str(cache),
        "FOOTLIGHTS_RUN": mark,
        "OMP_NUM_THREADS": "1",
    }


def begin(words: list[object], stuff: Path, mark: str, log: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "footlights", *map(str, words)]
    with log.open("ab") as file:
        return subprocess.Popen(
            command, env=environment(stuff, mark), stdout=file, stderr=file, start_new_session=True
        )


def left_behind(mark: str) -> list[int]:
    """Processes that were begun under ``mark`` and are still there."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            state = (place / "stat").read_text().rpartition(")")[2].split()[0]
            if (
                state != "Z"
                and f"FOOTLIGHTS_RUN={mark}".encode() in (place / "environ").read_bytes()
            ):
                found.append(int(place.name))
        except OSError:
            continue
    return found


def digests(folder: Path) -> dict[str, str]:
    """Finished files of a folder; hidden ones are not finished."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not any(p.startswith(".") for p in path.relative_to(folder).parts)
    }


def material(stuff: Path) -> None:
    """What the commands work on: a song, sixteen motions, built data, a tiny config."""
    if (stuff / "ready").exists():
        return
    shutil.rmtree(stuff, ignore_errors=True)
    stuff.mkdir(parents=True)

    from footlights.music import bundled_song

    shutil.copy(bundled_song(), stuff / "song.ogg")
    (stuff / "tiny.toml").write_text(TINY)
    commands = (
        ["dance", stuff / "song.ogg", "-o", stuff / "motions", "--count", 16, "--seconds", 8,
         "--formats", "npz"],
        ["data", "build", "--source", stuff / "motions", "--format", "folder", "-o",
         stuff / "built"],
    )  # fmt: skip
    for words in commands:
        if begin(words, stuff, "material", stuff / "log").wait():
            sys.exit((stuff / "log").read_text()[-2000:])
    (stuff / "motions" / "dances.json").unlink()
    (stuff / "ready").touch()


def settled(scenario: Scenario, files: dict[str, str]) -> dict[str, str]:
    """Files that must be as in the unbroken run as soon as they are there."""
    return {name: digest for name, digest in files.items() if not name.startswith(scenario.growing)}


def final(files: dict[str, str]) -> dict[str, str]:
    """Files that must be as in the unbroken run in the end: a log of times never is."""
    return {name: digest for name, digest in files.items() if not name.startswith("tensorboard")}


def unbroken(scenario: Scenario, folder: Path) -> tuple[float, dict[str, str]]:
    """Seconds and files of a run that nothing disturbs."""
    out = folder / "work"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    began = time.monotonic()
    log = folder / "log"
    code = begin(scenario.words(folder / "stuff", out), folder / "stuff", "unbroken", log).wait()
    seconds = time.monotonic() - began
    shutil.rmtree(folder / "stuff" / "caches", ignore_errors=True)
    if code:
        sys.exit(f"{scenario.name} ends with {code}:\n{log.read_text()[-2000:]}")
    return seconds, digests(out)


def kill_once(
    scenario: Scenario, folder: Path, seconds: float, files: dict[str, str], rng: random.Random
) -> dict[str, object]:
    out, stuff, mark = folder / "work", folder / "stuff", uuid.uuid4().hex
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    way, moment = rng.choice(SIGNALS), rng.uniform(0.05, 1.0) * seconds

    process = begin(scenario.words(stuff, out), stuff, mark, folder / "log")
    time.sleep(moment)
    process.send_signal(way)
    try:
        code = process.wait(GRACE)
    except subprocess.TimeoutExpired:
        code = None
    deadline = time.monotonic() + GRACE
    while left_behind(mark) and time.monotonic() < deadline:
        time.sleep(0.1)
    orphans = left_behind(mark)
    for orphan in orphans:
        os.kill(orphan, signal.SIGKILL)

    expected = settled(scenario, files)
    found = settled(scenario, digests(out))
    losses = [name for name, digest in found.items() if expected.get(name) != digest]

    again = begin(scenario.words(stuff, out), stuff, mark, folder / "log").wait()
    after = final(digests(out))
    differing = [
        name for name in sorted(after.keys() | final(files).keys())
        if after.get(name) != files.get(name)
    ]  # fmt: skip
    leftovers = [path.name for path in out.rglob(".*") if ".part" in path.name]
    shutil.rmtree(stuff / "caches", ignore_errors=True)
    return {
        "scenario": scenario.name, "signal": way.name, "moment": round(moment, 2), "code": code,
        "losses": losses, "orphans": len(orphans), "again": again, "differing": differing,
        "leftovers": leftovers,
    }  # fmt: skip


def table(records: list[dict[str, object]]) -> str:
    lines = [
        "| command | kills | by signal | losses | orphans after 5 s | second run failed | "
        "result differs | half files left |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for scenario in SCENARIOS:
        own = [record for record in records if record["scenario"] == scenario.name]
        ways = Counter(str(record["signal"]).removeprefix("SIG") for record in own)
        counts = [
            sum(bool(record[key]) for record in own)
            for key in ("losses", "orphans", "again", "differing", "leftovers")
        ]
        shown = ", ".join(f"{way} {count}" for way, count in sorted(ways.items()))
        lines.append(
            f"| {scenario.name} | {len(own)} | {shown} | " + " | ".join(map(str, counts)) + " |"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, help="scratch folder, kept to go on")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--write", action="store_true", help="write the table to docs/kills.md")
    args = parser.parse_args()
    folder = args.out.resolve()
    material(folder / "stuff")

    kept = folder / "kills.jsonl"
    records = [json.loads(line) for line in kept.read_text().splitlines()] if kept.exists() else []
    runs: dict[str, tuple[float, dict[str, str]]] = {}
    for number in range(len(records), args.kills):
        scenario = SCENARIOS[number % len(SCENARIOS)]
        if scenario.name not in runs:
            runs[scenario.name] = unbroken(scenario, folder)
        rng = random.Random(f"{args.seed}-{number}")
        record = kill_once(scenario, folder, *runs[scenario.name], rng)
        records.append(record)
        with kept.open("a") as file:
            file.write(json.dumps(record) + "\n")
        print(number + 1, json.dumps(record), flush=True)

    print(table(records))
    if args.write:
        DOC.write_text(
            "# Killed at random moments\n\n"
            "Made by `python tools/kill_runs.py --out FOLDER --write`: each command is ended at a "
            "random\nmoment of its run, looked at, and run again to its end.\n\n"
            f"{table(records)}\n"
        )


if __name__ == "__main__":
    main()
