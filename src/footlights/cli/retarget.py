"""Put a dance on your own character: its file in, the same file with the dance out.

Characters: glb and vrm (the result keeps meshes, materials and animations), bvh, fbx where Blender
is, and your own SMPL-X model (npz; the result is a glb). Bones are found by names and by shape and
shown as a table; --map keeps them in a file, which you may edit and give again. Feet that stand
still stand, whatever the proportions.
"""

import argparse
import sys

EXAMPLE = """examples:
  footlights retarget dances/song-1.npz --to hero.glb
  footlights retarget walk.bvh --to robot.bvh -o robot-walks.bvh
  footlights retarget dance.npz --to hero.vrm --map hero.toml
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The choices of ``footlights retarget``."""
    parser.epilog = EXAMPLE
    parser.add_argument(
        "motion", metavar="MOTION", help="the dance: any motion file that can be read"
    )
    parser.add_argument(
        "--to",
        required=True,
        metavar="RIG",
        help="the character: .glb, .vrm, .bvh, .fbx, or your SMPL-X model",
    )
    parser.add_argument(
        "-o",
        "--out",
        metavar="FILE",
        help="the new file (default: MOTION-RIG, of the character's kind)",
    )
    parser.add_argument(
        "--map",
        metavar="FILE",
        help="bone map (toml): read if it is there, written if not; a picture beside it",
    )
    parser.add_argument("--force", action="store_true", help="replace a file that exists")


def run(args: argparse.Namespace) -> int:
    """Retarget, show the bone map and how well it went, print the name of the new file."""
    from pathlib import Path

    from .. import formats
    from ..basics.errors import FootlightsError
    from ..basics.terminal import plain
    from ..basics.whole_files import writing
    from ..metrics.transfer import transfer
    from ..motion.skeleton import SMPL24
    from ..retargeting.bone_map import table
    from ..retargeting.character_files import onto, read_rig
    from ..show.bone_picture import bone_picture

    given = read_rig(args.to, args.map)
    out = Path(args.out or f"{Path(args.motion).stem}-{given.path.stem}{given.kind}")
    if out.exists() and not args.force:
        raise FootlightsError(
            "exists", out, "choose another name with -o, or replace it with --force"
        )
    given.check_name(out)
    motion = formats.read(args.motion)
    print(plain_lines(table(given.rig.skeleton, given.rig.joints)), file=sys.stderr)
    if args.map:
        with writing(Path(args.map).with_suffix(".svg")) as temporary:
            temporary.write_text(
                bone_picture(given.rig.skeleton, given.rig.joints), encoding="utf-8"
            )
    result = onto(motion, given, out)
    if motion.skeleton == SMPL24:
        went = transfer(motion, result, given.rig)
        slides = f"feet in contact slide {went.slide:.1f} cm/s ({went.slide_source:.1f} before)"
        if went.hand_slide_source == went.hand_slide_source:
            slides += f", leaning hands {went.hand_slide:.1f} ({went.hand_slide_source:.1f} before)"
        print(f"{slides}, limbs point {went.direction:.1f} degrees off", file=sys.stderr)
    print(plain(str(out)))
    return 0


def plain_lines(text: str) -> str:
    """The lines of a table, each without what could drive the terminal."""
    from ..basics.terminal import plain

    return "\n".join(plain(line) for line in text.split("\n"))
