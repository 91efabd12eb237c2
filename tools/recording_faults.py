"""List the parts of recordings that no body can have done: those that a build dropped, and any that
are still in it, as in builds made before they were dropped.

usage: python tools/recording_faults.py --data BUILT

Writes docs/recording_faults.csv: the clip, from and to in seconds of its recording, what is wrong.
"""

import argparse
import csv
import json
import re
from pathlib import Path

from footlights.basics.whole_files import writing
from footlights.data.dataset import Dataset, DatasetClip
from footlights.data.recording_faults import recording_faults
from footlights.formats import read

TABLE = Path(__file__).parents[1] / "docs" / "recording_faults.csv"
COLUMNS = ("clip", "from_s", "to_s", "what")
_DROPPED = re.compile(r"(?P<start>[\d.]+) to (?P<end>[\d.]+) s: (?P<what>.+)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="a folder of built data")
    data = parser.parse_args().data

    rows = dropped_parts(data)
    for clip in Dataset.read(data).clips:
        rows += parts_still_there(clip)
    rows.sort(key=lambda row: (row[0], float(row[1])))
    with writing(TABLE) as temporary, open(temporary, "w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([COLUMNS, *rows])
    print(f"{len(rows)} parts -> {TABLE}")


def dropped_parts(data: Path) -> list[tuple[str, ...]]:
    """Rows of the parts that the index of a build names as left out."""
    index = json.loads((data / "data.json").read_text())
    return [
        (left_out["id"], *dropped.group("start", "end", "what"))
        for left_out in index["left_out"]
        if (dropped := _DROPPED.fullmatch(left_out["reason"]))
    ]


def parts_still_there(clip: DatasetClip) -> list[tuple[str, ...]]:
    """Rows of the faults of a built clip, under the name of its recording."""
    motion = read(clip.file)
    times = [
        (clip.start + fault.start / motion.fps, clip.start + fault.end / motion.fps, fault.what)
        for fault in recording_faults(motion)
    ]
    recording = str(motion.meta["clip"])
    return [(recording, f"{start:.2f}", f"{end:.2f}", what) for start, end, what in times]


if __name__ == "__main__":
    main()
