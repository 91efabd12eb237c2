"""Convert motion files into another format: one, several, or a whole folder.

Read are npz (footlights, AMASS, SMPL-H, SMPL-X), bvh, glb, gltf, vrm, vrma, fbx where Blender is,
amc with its asf, csv (Unitree G1), pkl (AIST++, EDGE, SMPL-X), and what recognisers see in videos:
pt (GVHMR), pkl (WHAM, 4D-Humans), npy (TRAM); and joint positions alone in npy, npz, json and pkl
(HumanML3D, MDM, Bailando). What a file does not say is found out and told; the
options are for files whose header lies. What is there already is kept: stopped at any time, the
same command does the rest.
"""

import argparse

from . import options

EXAMPLE = """examples:
  footlights convert dance.bvh dance.glb
  footlights convert dance.npz dance.smplx.npz
  footlights convert dance.npz robot.csv
  footlights convert dance.npz edge.pkl
  footlights convert new_joints.npy dance.bvh --fps 20
  footlights convert hmr4d_results.pt dance.bvh --fps 30
  footlights convert my-mocap converted --as npz
  footlights convert upside-down.bvh right.bvh --up minus-y
  footlights convert game.glb walk.bvh --clip Walk
  footlights convert game.glb clips --clip all --as bvh
  footlights convert strange-names.bvh dance.npz --map strange.toml
  footlights convert robot-wxyz.csv dance.npz --quat wxyz
  footlights convert walk.bvh run.bvh converted --as glb --unit 0.01
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The choices of ``footlights convert``."""
    from ..pipeline.convert_targets import SUFFIXES

    parser.epilog = EXAMPLE
    add = parser.add_argument
    add("inputs", nargs="+", metavar="IN", help="motion files, or folders of them")
    add("out", metavar="OUT", help="the new file, or a folder for many")
    add(
        "--as",
        dest="target_format",
        choices=list(SUFFIXES),
        help="the new format (default: by the suffix of OUT)",
    )
    options.add_reading(parser)
    options.add_jobs(parser)
    options.add_json(parser)
    options.add_force(parser)


def run(args: argparse.Namespace) -> int:
    """Convert, tell what was found out and what failed; the exit code is that of the failures."""
    from ..basics.progress import Progress
    from ..basics.terminal import plain, tell
    from ..pipeline.convert import NoteCounts, convert

    notes = NoteCounts()
    try:
        with Progress() as progress:
            result = convert(
                args.inputs,
                args.out,
                args.target_format,
                options=options.reading_options(args),
                force=args.force,
                jobs=args.jobs,
                failed=lambda problem: progress.say(options.line_of(problem)),
                noted=notes.add,
                progress=progress,
            )
    finally:  # when it is stopped, what was found out of the finished files is told, too
        for line in notes.lines():
            tell(plain(line))

    kept, failed = len(result.kept), len(result.problems)
    there = f", {kept} there already (--force writes them again)" if kept else ""
    lost = f", {failed} failed" if failed else ""
    tell(plain(f"{len(result.written)} written to {args.out}{there}{lost}"))
    options.show(args, result.as_json())
    return result.exit_code
