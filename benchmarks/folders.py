"""Time and memory of folders: python benchmarks/folders.py [COUNT, default 1000]

A tenth of COUNT clips of ten seconds, no two alike, then COUNT of them: judged by `footlights
score`, with a page of the worst, too, measured by `footlights evaluate`, and evaluated again, when
every clip is known by its content. Prints seconds, clips a second and the most memory of any one
process, each run in a process of its own.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from canaries import stepping
from footlights.formats import write

# ru_maxrss of a process is not less than its parent's was; VmHWM is its own.
_RUN = r"""
import re, resource, sys
from pathlib import Path
from footlights.cli import main
code = main(sys.argv[1:])
own = int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1])
print(max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss), file=sys.stderr)
sys.exit(code)
"""


def main() -> None:
    """Print the table."""
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    print("| clips | command | seconds | clips a second | MB |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        folder, clips = Path(name), Path(name) / "clips"
        clips.mkdir()
        page, table = str(folder / "score.html"), str(folder / "table.json")
        evaluate = ["evaluate", "--generated", str(clips), "--json-file", table, "--force"]
        commands = (
            ("score", ["score", str(clips)]),
            ("score --html", ["score", str(clips), "--html", page, "--force"]),
            ("evaluate", evaluate),
            ("evaluate again", evaluate),
        )
        for count in (most // 10, most):
            fill(clips, count, most)
            for label, words in commands:
                seconds, size = measured(words, folder / "home")
                speed = count / seconds
                print(
                    f"| {count} | {label} | {seconds:.1f} | {speed:.1f} | {size:.0f} |", flush=True
                )


def fill(clips: Path, count: int, most: int) -> None:
    """Write clips until there are ``count``, each another tempo and stride."""
    for i in range(len(list(clips.iterdir())), count):
        clip = stepping(10.0, bpm=100 + 30 * i / most, stride=0.2 + 0.1 * i / most)
        write(clip, clips / f"{i:04d}.npz")


def measured(words: list[str], home: Path) -> tuple[float, float]:
    """Seconds, and MB of the largest process, of one command."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(home), "HOME": str(home)}
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", _RUN, *words],
        capture_output=True,
        text=True,
        env=environment,
        check=True,
    )
    return time.perf_counter() - started, int(done.stderr.split()[-1]) / 1024


if __name__ == "__main__":
    main()
