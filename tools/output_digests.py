"""Digests of what footlights makes, to show that a change of code leaves its output alone.

    python tools/output_digests.py --out /tmp/after [--data DATA --music SONGS]
        [--against before.json]

Dances of the bundled song, their conversions, and (with --data) the whole data build are made by
the command line and hashed into OUT/digests.json. With --against, files that differ from an earlier
run, or are missing in either, are named, and the exit code is 1.
"""

import argparse
import hashlib
import json
import subprocess
import sys
from pathlib import Path

KINDS = {".npz", ".bvh", ".glb", ".vrma", ".csv", ".mp4", ".pkl"}  # pages carry a version


def make(out: Path, data: Path | None, music: Path | None) -> None:
    """Everything that is hashed, below ``out``."""
    code = "from footlights.music import bundled_song; print(bundled_song())"
    song = subprocess.check_output([sys.executable, "-c", code], text=True).strip()

    footlights("dance", song, "-o", out / "dances", "--count", "3", "--seed", "0", "--force")
    # A style, an energy and a part of the song take other ways through the sampler.
    salsa = ["--style", "salsa", "--energy", "1", "--seed", "7", "--start", "10", "--seconds", "12"]
    footlights("dance", song, "-o", out / "salsa", *salsa, "--formats", "npz", "--force")

    dance = next((out / "dances").glob("*-1.npz"))
    for name in ("robot.csv", "one.vrma", "one.amass.npz", "one.smplx.npz"):
        footlights("convert", dance, out / "converted" / name, "--force")

    if data is not None:
        songs = ["--music", music] if music else []
        source = ["--source", data, "--format", "manifest"]
        footlights("data", "build", *source, "-o", out / "built", *songs)

        collage = ["--model", "collage", "--library", out / "built", "--seconds", "20"]
        footlights("dance", song, "-o", out / "collage", *collage, "--formats", "npz", "--force")


def footlights(*words: str | Path) -> None:
    subprocess.run([sys.executable, "-m", "footlights", *map(str, words)], check=True)


def digests(out: Path) -> dict[str, str]:
    """SHA-256 of every file below ``out`` whose bytes are promised, by its path there."""
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
        names = sorted(before.keys() | now.keys())
        differing = [name for name in names if before.get(name) != now.get(name)]
        print(f"{len(names) - len(differing)} files equal")
        for name in differing:
            print("differs or is missing:", name)
        sys.exit(bool(differing))


if __name__ == "__main__":
    main()
