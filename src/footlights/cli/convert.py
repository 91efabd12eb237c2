"""Convert motion files into another format: one, several, or a whole folder.

Read are npz (footlights, AMASS, SMPL-H, SMPL-X), bvh, glb, gltf, vrm, vrma, fbx where Blender is,
amc with its asf, csv (Unitree G1), pkl (AIST++, EDGE, SMPL-X), and what recognisers see in videos:
pt (GVHMR), pkl (WHAM, 4D-Humans), npy (TRAM). What a file does not say is found out and told; the
options are for files whose header lies. What is there already is kept: stopped at any time, the
same command does the rest.
"""

import argparse
import sys

from ..basics.errors import FootlightsError
from ..basics.terminal import plain

EXAMPLE = """examples:
  footlights convert dance.bvh dance.glb
  footlights convert dance.npz dance.smplx.npz
  footlights convert dance.npz robot.csv
  footlights convert hmr4d_results.pt dance.bvh --fps 30
  footlights convert my-mocap converted --as npz
  footlights convert walk.bvh run.bvh converted --as glb --unit 0.01
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The choices of ``footlights convert``."""
    from ..pipeline.convert import WAYS

    parser.epilog = EXAMPLE
    parser.add_argument("inputs", nargs="+", metavar="IN", help="motion files, or folders of them")
    parser.add_argument("out", metavar="OUT", help="the new file, or a folder for many")
    parser.add_argument(
        "--as",
        dest="way",
        choices=list(WAYS),
        help="the new format (default: by the suffix of OUT)",
    )
    parser.add_argument(
        "--fps",
        type=float,
        metavar="F",
        help="the true frames a second, where the file lies or is silent",
    )
    parser.add_argument(
        "--unit", type=float, metavar="METRES", help="metres in one unit of the file"
    )
    parser.add_argument("--up", choices=["y", "z"], help="the file's axis that points up")
    parser.add_argument("--force", action="store_true", help="replace results that exist")


def run(args: argparse.Namespace) -> int:
    """Convert, tell what was found out, and name what failed: the exit code is that of the first
    failure.
    """
    from ..basics.progress import Progress
    from ..pipeline.convert import convert
    from .options import line_of

    options = {
        name: getattr(args, name)
        for name in ("fps", "unit", "up")
        if getattr(args, name) is not None
    }
    told: dict[str, tuple[str, int]] = {}  # note: the first file that it is of, and of how many
    try:
        with Progress() as progress:

            def failed(problem: FootlightsError) -> None:
                progress.say(line_of(problem))

            def said(file: str, note: str) -> None:
                first, count = told.get(note, (file, 0))
                told[note] = first, count + 1

            done = convert(
                args.inputs, args.out, args.way,
                options=options, force=args.force, failed=failed, said=said, progress=progress,
            )  # fmt: skip
    except KeyboardInterrupt:
        raise KeyboardInterrupt(
            f"finished files are kept in {args.out}; the same command does the rest"
        ) from None
    finally:
        for note, (first, count) in told.items():
            print(plain(f"{first if count == 1 else f'{count} files'}: {note}"), file=sys.stderr)
    kept = f", {done.kept} there already (--force writes them again)" if done.kept else ""
    lost = f", {len(done.failed)} failed" if done.failed else ""
    print(plain(f"{done.written} written to {args.out}{kept}{lost}"), file=sys.stderr)
    return max((problem.exit_code for problem in done.failed), default=0)
