"""What a glb of ours looks like in plain three.js: three moments side by side, as a picture.

    python tools/other_programs/three_picture.py OUT.png DANCE.glb [--times 0,1,2]

Needs chromium and, in this folder, npm install. The page is served on loopback while the picture is
taken.
"""

import argparse
import shutil
import subprocess
import tempfile
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

HERE = Path(__file__).parent
WIDTH, HEIGHT = 220, 300  # pixels of one moment's picture, as in three_picture.html
CHROMIUM = (
    "chromium",
    "--headless",
    "--no-sandbox",
    "--enable-unsafe-swiftshader",
    "--hide-scrollbars",
    "--virtual-time-budget=20000",
)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path)
    parser.add_argument("dance", type=Path)
    parser.add_argument("--times", default="0,1,2", help="seconds")
    args = parser.parse_args()

    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(HERE / "three_picture.html", folder)
        shutil.copy(args.dance, Path(folder) / "dance.glb")
        (Path(folder) / "node_modules").symlink_to(HERE / "node_modules")

        handler = partial(SimpleHTTPRequestHandler, directory=folder)
        with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            site = f"http://127.0.0.1:{server.server_port}"
            photograph(
                f"{site}/three_picture.html?file=dance.glb&times={args.times}",
                args.out.resolve(),
                moments=args.times.count(",") + 1,
                profile=f"{folder}/profile",
            )
            server.shutdown()


def photograph(page: str, picture: Path, moments: int, profile: str) -> None:
    """The page as chromium shows it."""
    options = [
        f"--user-data-dir={profile}",
        f"--window-size={WIDTH * moments},{HEIGHT}",
        f"--screenshot={picture}",
    ]
    subprocess.run([*CHROMIUM, *options, page], capture_output=True, timeout=120, check=True)


if __name__ == "__main__":
    main()
