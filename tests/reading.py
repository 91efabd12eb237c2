"""Reads files in a process of its own with a gigabyte to spare, and says for each what came of it,
one line of JSON.

python reading.py FILE...              each file once
python reading.py --mutate FILE N      N damaged copies of one healthy file
"""

import json
import resource
import sys
import tempfile
import time
import traceback
import zipfile
from pathlib import Path

import numpy as np

from footlights.basics.errors import FootlightsError
from footlights.formats import read
from footlights.motion.motion import Motion
from specimens import OPTIONS

ROOM = 1 << 30


def outcome(path: Path) -> dict[str, object]:
    """What reading ``path`` came to, and the seconds it took."""
    start = time.perf_counter()
    try:
        ended = (
            "motion"
            if isinstance(read(path, **OPTIONS.get(path.name, {})), Motion)
            else "something else"
        )
    except FootlightsError as error:
        ended = f"refused: {error}"
    except BaseException:
        ended = f"crash: {traceback.format_exc()}"
    return {"ended": ended, "seconds": time.perf_counter() - start}


def mutated(data: bytes, rng: np.random.Generator) -> bytes:
    """A damaged copy: bytes turned, pieces cut, doubled or swapped, numbers made monstrous."""
    data = bytearray(data)
    for _ in range(rng.integers(1, 5)):
        at, length = int(rng.integers(0, len(data) + 1)), int(2 ** rng.uniform(0, 9))
        match rng.integers(0, 7):
            case 0:
                for i in rng.integers(0, max(len(data), 1), min(length, 20)):
                    data[i : i + 1] = bytes([rng.integers(0, 256)])
            case 1:
                del data[at : at + length]
            case 2:
                data[at:at] = data[at : at + length]
            case 3:
                data[at:at] = rng.bytes(min(length, 64))
            case 4:
                del data[at:]
            case 5:
                monsters = [
                    b"nan",
                    b"1e309",
                    b"-1",
                    b"99999999999",
                    b"0",
                    b"{",
                    b"}",
                    b"\n",
                    b"\0\0\0\0",
                    b"\xff" * 8,
                    b"",
                ]
                data[at : at + int(rng.integers(0, 9))] = monsters[rng.integers(0, len(monsters))]
            case 6:
                other = int(rng.integers(0, len(data) + 1))
                data[at : at + length] = data[other : other + length]
    return bytes(data)


def mutated_members(path: Path, rng: np.random.Generator) -> bytes:
    """A damaged copy of a zip whose sums are right: the damage is inside one array's file."""
    with zipfile.ZipFile(path) as old:
        members = {name: old.read(name) for name in old.namelist()}
    victim = sorted(members)[rng.integers(0, len(members))]
    head = rng.random() < 0.5
    data = members[victim]
    members[victim] = mutated(data[:128], rng) + data[128:] if head else mutated(data, rng)
    copy = tempfile.SpooledTemporaryFile()
    with zipfile.ZipFile(copy, "w") as new:
        for name, content in members.items():
            new.writestr(name, content)
    copy.seek(0)
    return copy.read()


def limit_memory() -> None:
    """Leaves this process a gigabyte more than it has."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    room = pages * resource.getpagesize() + ROOM
    resource.setrlimit(resource.RLIMIT_AS, (room, room))


def main(arguments: list[str]) -> None:
    limit_memory()
    if arguments[:1] != ["--mutate"]:
        for path in arguments:
            print(json.dumps(outcome(Path(path))), flush=True)
        return
    healthy, count = Path(arguments[1]), int(arguments[2])
    data = healthy.read_bytes()
    # AMC and ASF belong together, so the damaged copy takes the healthy file's place; .asf is read
    # through its .amc.
    target = (
        next(iter(healthy.parent.glob("*.amc")), healthy) if healthy.suffix == ".asf" else healthy
    )
    for seed in range(count):
        rng = np.random.default_rng(seed)
        inside = data.startswith(b"PK") and rng.random() < 0.7
        if inside:
            healthy.write_bytes(data)
        healthy.write_bytes(mutated_members(healthy, rng) if inside else mutated(data, rng))
        print(json.dumps({"seed": seed, **outcome(target)}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
