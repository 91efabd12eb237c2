"""Put a dance on your own character: any motion onto its rig, written in its own format.

Characters: glb and vrm (the result keeps meshes, materials and animations), bvh, fbx where Blender
is, and your own SMPL-X model (npz; the result is a glb). Bones are found by names and by shape and
shown as a table; --map keeps them in a file, which you may edit and give again. Feet that stand
still stand, whatever the proportions.
"""

import argparse

from . import options

EXAMPLE = """examples:
  footlights retarget dances/song-1.npz --to hero.glb
  footlights retarget walk.bvh --to robot.bvh -o robot-walks.bvh
  footlights retarget dance.npz --to hero.vrm --map hero.toml
  footlights retarget strange.bvh --to hero.glb --motion-map strange.toml
  footlights retarget robot-wxyz.csv --to hero.glb --quat wxyz
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The choices of ``footlights retarget``."""
    parser.epilog = EXAMPLE
    add = parser.add_argument
    add("motion", metavar="MOTION", help="the dance: any motion file that can be read")
    add(
        "--to",
        required=True,
        metavar="RIG",
        help="the character: .glb, .vrm, .bvh, .fbx, or your SMPL-X model",
    )
    add(
        "-o",
        "--out",
        metavar="FILE",
        help="the new file (default: MOTION-RIG, of the character's kind)",
    )
    add(
        "--map",
        metavar="FILE",
        help="bone map (toml) of the character: read if it is there, written if not; a picture "
        "beside it",
    )
    options.add_reading(parser, "--motion-map")
    options.add_json(parser)
    options.add_force(parser, "a file that exists")


def run(args: argparse.Namespace) -> int:
    """Retarget, show the bone map, what was found out and how well it went, name the new file."""
    from pathlib import Path

    from ..basics.terminal import plain, tell
    from ..pipeline.retarget import retarget_file

    def show_map(text: str) -> None:
        for line in text.splitlines():
            tell(plain(line))

    delivery = retarget_file(
        args.motion,
        args.to,
        args.out,
        bone_map=args.map,
        reading=options.reading_options(args),
        force=args.force,
        mapped=show_map,
    )
    for note in delivery.notes:
        tell(plain(f"{Path(args.motion).name}: {note}"))
    if delivery.fidelity_line:
        tell(delivery.fidelity_line)
    options.show(args, delivery.as_json(), [str(delivery.written[0])])
    return 0
