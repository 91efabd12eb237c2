"""Kill footlights at random moments and see what is lost: the table of docs/kills.md.

    python tools/kill_runs.py --out FOLDER [--kills 200] [--write]

Each command of SCENARIOS is run once without a disturbance, for its time and its files. Then it is
begun again and again, ended at a random moment by one of four signals, looked at, and run to its
end. Counted are: finished files that are not those of the unbroken run (losses), processes that are
still there five seconds later (orphans), and results of the second run that differ from the
unbroken one. A kill counts when the command was at work; one that came too late is drawn again.

What is done is kept in docs/kills.jsonl, a line a kill: the same command goes on, on another
machine, too. What was found wrong lies in FOLDER/faults. The footlights that is killed is that of
the checkout in which this script lies.
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
from dataclasses import asdict, dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
DOC, KEPT = CHECKOUT / "docs" / "kills.md", CHECKOUT / "docs" / "kills.jsonl"
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
GRACE = 5.0  # seconds after which a process that is left is an orphan
FAULTS = ("losses", "orphans", "again", "differing", "leftovers")

TINY = """
[model]
width = 32
layers = 2
heads = 2
feedforward = 64
window = 30

[train]
steps = 24
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
            "dance", stuff / "song.ogg", "-o", out, "--seconds", 3, "--count", 2,
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


@dataclass(frozen=True)
class Unbroken:
    """What a run leaves that nothing disturbs, by name and digest, and how long it takes."""

    seconds: float
    files: dict[str, str]


@dataclass(frozen=True)
class Kill:
    """What one kill did; attributes that are empty or 0 are as they should be.

    Attributes:
        moment: seconds after the start.
        hit: whether the command was still at work.
        made: finished files at that moment, of ``of`` in all.
        code: of the command that was killed; None when it was still there after the time of grace.
        again: code of the second run.
        leftovers: half files that are still there after the second run.
    """

    scenario: str
    signal: str
    moment: float
    hit: bool
    made: int
    of: int
    code: int | None
    losses: list[str]
    orphans: int
    again: int
    differing: list[str]
    leftovers: list[str]

    @property
    def is_fault(self) -> bool:
        return any(getattr(self, name) for name in FAULTS)


def environment(stuff: Path, mark: str) -> dict[str, str]:
    """A cache of its own, so that nothing is answered from an earlier run; ``mark`` names it."""
    cache = stuff / "caches" / mark
    return {
        **os.environ,
        "XDG_CACHE_HOME": str(cache),
        "FOOTLIGHTS_RUN": mark,
        "OMP_NUM_THREADS": "1",
        "PYTHONPATH": str(CHECKOUT / "src"),
    }


def begin(words: list[object], stuff: Path, mark: str, log: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "footlights", *map(str, words)]
    with log.open("ab") as file:
        return subprocess.Popen(
            command,
            env=environment(stuff, mark),
            stdout=file,
            stderr=file,
            start_new_session=True,
            preexec_fn=hear_signals,
        )


def hear_signals() -> None:
    """Under nohup SIGHUP is ignored, in the background of a shell Ctrl-C: children inherit that."""
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)


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
    """What the commands work on: a song, eight motions, built data, a tiny config."""
    if (stuff / "ready").exists():
        return
    shutil.rmtree(stuff, ignore_errors=True)
    stuff.mkdir(parents=True)

    from footlights.music import bundled_song

    shutil.copy(bundled_song(), stuff / "song.ogg")
    (stuff / "tiny.toml").write_text(TINY)
    commands = (
        ["dance", stuff / "song.ogg", "-o", stuff / "motions", "--count", 8, "--seconds", 4,
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


def unbroken(scenario: Scenario, folder: Path) -> Unbroken:
    """A run that nothing disturbs; its files must be those of the runs before it."""
    out, log = folder / "work", folder / "log"
    fresh_folder(out)
    log.unlink(missing_ok=True)
    began = time.monotonic()
    code = begin(scenario.words(folder / "stuff", out), folder / "stuff", "unbroken", log).wait()
    seconds = time.monotonic() - began
    shutil.rmtree(folder / "stuff" / "caches", ignore_errors=True)
    if code:
        sys.exit(f"{scenario.name} ends with {code}:\n{log.read_text()[-2000:]}")

    place = folder / "unbroken.json"
    known = json.loads(place.read_text()) if place.exists() else {}
    files = final(digests(out))
    if known.setdefault(scenario.name, files) != files:
        sys.exit(f"{scenario.name}: two runs that nothing disturbed differ; see {out}")
    place.write_text(json.dumps(known, indent=1))
    return Unbroken(seconds, files)


def fresh_folder(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


def kill_once(
    scenario: Scenario, folder: Path, whole: Unbroken, way: signal.Signals, share: float
) -> Kill:
    """Ends a command after a ``share`` of its time, and gives it again."""
    out, stuff, log, mark = folder / "work", folder / "stuff", folder / "log", uuid.uuid4().hex
    fresh_folder(out)
    log.unlink(missing_ok=True)
    (folder / "mark").write_text(mark)
    moment = share * whole.seconds

    process = begin(scenario.words(stuff, out), stuff, mark, log)
    time.sleep(moment)
    hit = process.poll() is None
    made = len(whole.files.keys() & digests(out).keys())
    process.send_signal(way)
    time.sleep(GRACE)
    code, orphans = process.poll(), left_behind(mark)
    for orphan in orphans:
        os.kill(orphan, signal.SIGKILL)
    process.wait()

    expected = settled(scenario, whole.files)
    there = settled(scenario, final(digests(out)))
    losses = [name for name, digest in there.items() if expected.get(name) != digest]

    # A command that had made all it makes refuses to make it once more: nothing is left to do.
    again = 0
    if final(digests(out)) != whole.files or any(out.rglob(".*")):
        words = scenario.words(stuff, out)
        again = begin(words, stuff, mark, log).wait()

    after = final(digests(out))
    names = sorted(after.keys() | whole.files.keys())
    differing = [name for name in names if after.get(name) != whole.files.get(name)]
    leftovers = [path.name for path in out.rglob(".*") if ".part" in path.name]
    shutil.rmtree(stuff / "caches", ignore_errors=True)
    return Kill(
        scenario.name, way.name, round(moment, 2), hit, made, len(whole.files), code, losses,
        len(orphans), again, differing, leftovers,
    )  # fmt: skip


def keep_fault(folder: Path, number: int) -> None:
    """Keep the files and the words of a run in which something was wrong."""
    place = folder / "faults" / str(number)
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(folder / "work", place / "work")
    shutil.copy(folder / "log", place / "log")


def table(kills: list[Kill]) -> str:
    lines = [
        "| command | kills at work | by signal | before the first file | between files | losses | "
        "orphans after 5 s | second run failed | result differs | half files left |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    hits = [kill for kill in kills if kill.hit]
    for name in (*(scenario.name for scenario in SCENARIOS), "all"):
        own = [kill for kill in hits if name in (kill.scenario, "all")]
        ways = Counter(kill.signal.removeprefix("SIG") for kill in own)
        shown = ", ".join(f"{way} {count}" for way, count in sorted(ways.items()))
        early = sum(kill.made == 0 for kill in own)
        between = sum(0 < kill.made < kill.of for kill in own)
        counts = [sum(bool(getattr(kill, fault)) for kill in own) for fault in FAULTS]
        cells = (name, len(own), shown, early, between, *counts)
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines)


def write_doc(kills: list[Kill]) -> None:
    commands = "\n".join(
        f"- `footlights {' '.join(map(str, scenario.words(Path('stuff'), Path('out'))))}`"
        for scenario in SCENARIOS
    )
    DOC.write_text(
        "# Killed at random moments\n\n"
        "Made by `python tools/kill_runs.py --out FOLDER --write`: each command is ended at a "
        "random\nmoment of its run, looked at five seconds later, and given again as it was. A "
        "loss is a finished\nfile that is not that of an unbroken run.\n\n"
        f"{table(kills)}\n\nThe commands:\n\n{commands}\n"
    )


def read_kills(place: Path) -> list[Kill]:
    lines = place.read_text().splitlines() if place.exists() else []
    return [Kill(**json.loads(line)) for line in lines]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, help="scratch folder, kept to go on")
    parser.add_argument("--kills", type=int, default=200, help="of commands that were at work")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--write", action="store_true", help="write the table to docs/kills.md")
    args = parser.parse_args()
    folder = args.out.resolve()
    material(folder / "stuff")
    if (folder / "mark").exists():  # of a run of this script that was itself killed
        for process in left_behind((folder / "mark").read_text()):
            os.kill(process, signal.SIGKILL)

    kills = read_kills(KEPT)
    wholes: dict[str, Unbroken] = {}
    while (hits := sum(kill.hit for kill in kills)) < args.kills:
        counts = Counter(kill.scenario for kill in kills if kill.hit)
        scenario = min(SCENARIOS, key=lambda one: counts[one.name])
        way = SIGNALS[counts[scenario.name] % len(SIGNALS)]
        if scenario.name not in wholes:
            wholes[scenario.name] = unbroken(scenario, folder)

        moment = random.Random(f"{args.seed}-{len(kills)}").uniform(0.05, 0.95)
        kill = kill_once(scenario, folder, wholes[scenario.name], way, moment)
        if not kill.hit:  # the machine has become faster
            del wholes[scenario.name]
        if kill.is_fault:
            keep_fault(folder, len(kills))
        kills.append(kill)
        with KEPT.open("a") as file:
            file.write(json.dumps(asdict(kill)) + "\n")
        print(hits + kill.hit, json.dumps(asdict(kill)), flush=True)

    print(table(kills))
    if args.write:
        write_doc(kills)


if __name__ == "__main__":
    main()
