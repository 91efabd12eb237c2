"""Reads files in a process of its own with a gigabyte to spare; one line of JSON for each.

    python tests/reading.py FILE ...                        each file once
    python tests/reading.py --mutate KIND FIRST LAST DIR    damaged copies of a healthy file

KIND is one of `specimens.READERS` or of `document_specimens.DOCUMENTS`; the copies are made in DIR,
of the seeds from FIRST to before LAST. A line holds what came of it ("read", "refused: ..." or
"crash: ...") and the seconds of processor time that it took.
"""

import copy
import io
import json
import resource
import sys
import time
import traceback
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import specimens
from footlights.basics.errors import FootlightsError
from footlights.formats import read

ROOM = 1 << 30  # bytes
_IN_MEMBER = 0.7  # of damaged zips have their damage inside an array's file, sums put right
_NPY_HEADER = 128  # bytes
_MONSTERS = (
    *(b"nan", b"1e309", b"-1", b"99999999999", b"0", b"{", b"}", b"\n"),
    *(b"\0\0\0\0", b"\xff" * 8, b""),
)

_ODD_VALUES: tuple[Any, ...] = (
    *(None, True, 0, -1, 3, 0.5, -1e300, 1e308, 10**30, float("nan"), float("inf")),
    *("", "x", "../x", "/x", "a\0b", "\ud800", [], {}, [None], {"a": 1}, [[]], "9" * 5000),
)


def main(arguments: list[str]) -> None:
    limit_memory()
    if arguments[:1] == ["--mutate"]:
        kind, first, last, folder = arguments[1:]
        mutate(kind, range(int(first), int(last)), Path(folder))
    else:
        for path in arguments:
            say(outcome(read, Path(path)))


def limit_memory() -> None:
    """Leaves this process a gigabyte more than it has."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    room = pages * resource.getpagesize() + ROOM
    resource.setrlimit(resource.RLIMIT_AS, (room, room))


def mutate(kind: str, seeds: range, folder: Path) -> None:
    """Reads a damaged copy of the healthy file of a kind for each seed."""
    # AMC and ASF belong together: the healthy other one lies beside the damaged copy.
    specimens.amc(folder)
    make, reader = _maker_and_reader(kind)
    healthy = make(folder)
    data = healthy.read_bytes()
    # An .asf is read through its .amc.
    target = next(folder.glob("*.amc")) if healthy.suffix == ".asf" else healthy
    for seed in seeds:
        rng = np.random.default_rng(seed)
        inside = rng.random() < _IN_MEMBER
        if inside and data.startswith(b"PK"):
            damaged = mutated_members(data, rng)
        elif inside and healthy.suffix == ".json":
            damaged = mutated_values(data, rng)
        else:
            damaged = mutated(data, rng)
        healthy.write_bytes(damaged)
        say({"seed": seed, **outcome(reader, target)})


def _maker_and_reader(kind: str) -> tuple[Callable[[Path], Path], Callable[[Path], Any]]:
    if kind in specimens.READERS:
        return specimens.READERS[kind].make, specimens.READERS[kind].read
    # Only here: most of footlights comes with them.
    from document_specimens import DOCUMENTS

    return DOCUMENTS[kind]


def outcome(reader: Callable[[Path], Any], path: Path) -> dict[str, object]:
    """What reading ``path`` came to, and the processor seconds it took."""
    start = time.process_time()
    try:
        reader(path)
        ended = "read"
    except FootlightsError as error:
        ended = f"refused: {error}"
    except BaseException:
        ended = f"crash: {traceback.format_exc()}"
    return {"ended": ended, "seconds": time.process_time() - start}


def mutated(healthy: bytes, rng: np.random.Generator) -> bytes:
    """A damaged copy: bytes turned, pieces cut, doubled or swapped, numbers made monstrous."""
    data = bytearray(healthy)
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
                monster = _MONSTERS[rng.integers(0, len(_MONSTERS))]
                data[at : at + int(rng.integers(0, 9))] = monster
            case 6:
                other = int(rng.integers(0, len(data) + 1))
                data[at : at + length] = data[other : other + length]
    return bytes(data)


def mutated_members(healthy: bytes, rng: np.random.Generator) -> bytes:
    """A damaged copy of a zip whose sums are right: the damage is inside one member."""
    with zipfile.ZipFile(io.BytesIO(healthy)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    victim = sorted(members)[rng.integers(0, len(members))]
    in_header = rng.random() < 0.5
    data = members[victim]
    if in_header:
        members[victim] = mutated(data[:_NPY_HEADER], rng) + data[_NPY_HEADER:]
    else:
        members[victim] = mutated(data, rng)

    copy = io.BytesIO()
    with zipfile.ZipFile(copy, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return copy.getvalue()


def mutated_values(healthy: bytes, rng: np.random.Generator) -> bytes:
    """A damaged copy of a JSON document that is JSON still: values changed, removed or doubled."""
    document = json.loads(healthy)
    for _ in range(rng.integers(1, 4)):
        place, at = _random_place(document, rng)
        match rng.integers(0, 4):
            case 0 if isinstance(place, dict):
                del place[at]
            case 1 if isinstance(place, list):
                place.append(place[at])
            case _:
                # A copy: the next change may be made inside it.
                place[at] = copy.deepcopy(_ODD_VALUES[rng.integers(0, len(_ODD_VALUES))])
        if not document:
            break
    return json.dumps(document).encode()


def _random_place(document: Any, rng: np.random.Generator) -> tuple[Any, Any]:
    """A list or an object in the document, and a key of it."""
    place = document
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        at = keys[rng.integers(0, len(keys))]
        inner = place[at]
        if not (isinstance(inner, dict | list) and inner) or rng.random() < 0.2:
            return place, at
        place = inner


def say(line: dict[str, object]) -> None:
    # Flushed, so that of a process that is killed the last line tells how far it came.
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
