"""Time and memory of folders: python benchmarks/folders.py [COUNT, default 1000]

A tenth of COUNT clips of ten seconds, no two alike, then COUNT of them: judged by `footlights
score`, measured by `footlights evaluate`, and evaluated again, when every clip is known by its
content. Prints seconds, clips a second and the most memory of any one process, each run in a
process of its own.
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

_RUN = """
import re, resource, sys
from pathlib import Path
from footlights.cli import main
code = main(sys.argv[1:])
own = int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])  # ru_maxrss is not less than the parent's
print(max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss), file=sys.stderr)
sys.exit(code)
"""


def told(arguments: list[str], home: Path) -> tuple[float, float]:
    """Seconds, and MB of the largest process, of one command."""
    start = time.perf_counter()
    kept = {**os.environ, "XDG_CACHE_HOME": str(home), "HOME": str(home)}
    done = subprocess.run(
        [sys.executable, "-c", _RUN, *arguments],
        capture_output=True,
        text=True,
        env=kept,
        check=True,
    )
    return time.perf_counter() - start, int(done.stderr.split()[-1]) / 1024


def main() -> None:
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    print("| clips | command | seconds | clips a second | MB |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as kept:
        home, clips = Path(kept) / "home", Path(kept) / "clips"
        clips.mkdir()
        for count in (most // 10, most):
            for i in range(len(list(clips.iterdir())), count):
                write(
                    stepping(10.0, bpm=100 + 30 * i / most, stride=0.2 + 0.1 * i / most),
                    clips / f"{i:04d}.npz",
                )
            table = str(Path(kept) / "table.json")
            evaluate = ["evaluate", "--generated", str(clips), "--json-file", table, "--force"]
            for name, arguments in (
                ("score", ["score", str(clips)]),
                ("evaluate", evaluate),
                ("evaluate again", evaluate),
            ):
                seconds, size = told(arguments, home)
                print(
                    f"| {count} | {name} | {seconds:.1f} | {count / seconds:.1f} | {size:.0f} |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
