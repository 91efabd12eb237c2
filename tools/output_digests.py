"""Digests of what footlights makes, to show that a change of code leaves its output alone, byte for
byte.

    python tools/output_digests.py --out /tmp/after [--data DATA --music SONGS] [--against
    before.json]

Dances of the bundled song, its conversions, and (with --data) the whole data build are made by the
command line and hashed into OUT/digests.json. With --against, files that differ from, or are
missing in, an earlier run are named.
"""

import argparse
import hashlib
import json
import subprocess
import sys
from pathlib import Path

KINDS = {".npz", ".bvh", ".glb", ".vrma", ".csv", ".mp4", ".pkl"}


def footlights(*words: str | Path) -> None:
    subprocess.run([sys.executable, "-m", "footlights", *map(str, words)], check=True)


def make(out: Path, data: Path | None, music: Path | None) -> None:
    song = subprocess.check_output(
        [sys.executable, "-c", "from footlights.music import bundled_song; print(bundled_song())"],
        text=True,
    ).strip()

    footlights("dance", song, "-o", out / "dances", "--count", "3", "--seed", "0", "--force")
    footlights("dance", song, "-o", out / "salsa", "--style", "salsa", "--energy", "1", "--seed", "7",
               "--start", "10", "--seconds", "12", "--formats", "npz", "--force")  # fmt: skip

    dance = next((out / "dances").glob("*-1.npz"))
    for name in ("robot.csv", "one.vrma", "one.amass.npz", "one.smplx.npz"):
        footlights("convert", dance, out / "converted" / name, "--force")

    if data is None:
        return
    footlights("data", "build", "--source", data, "--format", "manifest", "-o", out / "built",
               *(["--music", music] if music else []))  # fmt: skip
    footlights("dance", song, "-o", out / "collage", "--model", "collage", "--library", out / "built",
               "--formats", "npz", "--seconds", "20", "--force")  # fmt: skip


def digests(out: Path) -> dict[str, str]:
    files = (path for path in sorted(out.rglob("*")) if path.suffix in KINDS)
    return {
        path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--music", type=Path)
    parser.add_argument("--against", type=Path, help="digests.json of an earlier run")
    args = parser.parse_args()

    make(args.out, args.data, args.music)
    now = digests(args.out)
    (args.out / "digests.json").write_text(json.dumps(now, indent=1))
    print(f"{len(now)} files hashed into {args.out / 'digests.json'}")

    if args.against:
        before = json.loads(args.against.read_text())
        differing = [
            name for name in sorted(before.keys() | now.keys()) if before.get(name) != now.get(name)
        ]
        print(
            f"{len(before.keys() & now.keys()) - sum(n in before and n in now for n in differing)} files equal"
        )
        for name in differing:
            print("differs or is missing:", name)
        sys.exit(bool(differing))


if __name__ == "__main__":
    main()
