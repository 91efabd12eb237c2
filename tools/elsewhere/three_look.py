"""What a glb of ours looks like in plain three.js: three moments side by side, as a picture.

    python tools/elsewhere/three_look.py OUT.png DANCE.glb [--times 0,1,2]

Needs chromium and, in this folder, npm install. The page is served on loopback while the picture is
taken.
"""

import argparse
import http.server
import shutil
import subprocess
import tempfile
import threading
from functools import partial
from pathlib import Path

HERE = Path(__file__).parent
FLAGS = "--headless --no-sandbox --enable-unsafe-swiftshader --hide-scrollbars --virtual-time-budget=20000".split()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path)
    parser.add_argument("dance", type=Path)
    parser.add_argument("--times", default="0,1,2", help="seconds")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(HERE / "look.html", folder)
        shutil.copy(args.dance, Path(folder) / "dance.glb")
        (Path(folder) / "node_modules").symlink_to(HERE / "node_modules")
        handler = partial(http.server.SimpleHTTPRequestHandler, directory=folder)
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            page = (
                f"http://127.0.0.1:{server.server_port}/look.html?file=dance.glb&times={args.times}"
            )
            size = f"--window-size={220 * (args.times.count(',') + 1)},300"
            shot = f"--screenshot={args.out.resolve()}"
            words = ["chromium", *FLAGS, f"--user-data-dir={folder}/profile", size, shot, page]
            subprocess.run(words, capture_output=True, timeout=120, check=True)
            server.shutdown()


if __name__ == "__main__":
    main()
