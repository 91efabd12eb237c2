"""Do something with a dance: trim, mirror, pace, lay over another, join, on the spot, loop.

IN may be any motion that can be read; on another skeleton than ours it is moved onto the house body
first. What is asked for is done in the order of the options below. Feet that an edit makes slide
are held again, and physics is asked before and after.
"""

import argparse

from . import options

EXAMPLE = """examples:
  footlights edit dance.npz part.npz --start 0:10 --seconds 8
  footlights edit dance.npz idle.glb --in-place --loop
  footlights edit walk.bvh twice.bvh --speed 2 --mirror
  footlights edit dance.npz both.npz --join other.bvh
  footlights edit wave.npz wave-walk.npz --over walk.npz --part upper
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The choices of ``footlights edit``."""
    parser.epilog = EXAMPLE
    add, time_of = parser.add_argument, options.seconds
    add("source", metavar="IN", help="the motion: any file that can be read")
    add("out", metavar="OUT", help="the new file; its ending says the format")
    add("--start", type=time_of, default=0.0, metavar="T", help="keep what comes from there on")
    add("--seconds", type=time_of, metavar="T", help="keep that much")
    add("--mirror", action="store_true", help="exchange left and right")
    add("--speed", type=float, default=1.0, metavar="F", help="2 is twice as fast, 0.25 to 4")
    add("--over", metavar="MOTION", help="lay one half of IN's body over this motion")
    add(
        "--part",
        choices=["upper", "lower"],
        help="which half of IN goes over MOTION (default: upper)",
    )
    add("--join", metavar="MOTION", help="go over into this motion at the end")
    add("--in-place", action="store_true", help="take the way over the floor out, keep the steps")
    add("--loop", action="store_true", help="close it at downbeats: the last frame is the first")
    add("--music", metavar="SONG", help="the song with the downbeats for --loop")
    options.add_json(parser)
    options.add_force(parser, "a file that exists")


def run(args: argparse.Namespace) -> int:
    """Edit the motion and tell what physics says of it before and after."""
    from ..basics.errors import FootlightsError
    from ..basics.progress import Progress
    from ..basics.terminal import plain
    from ..pipeline.edit import EditOptions, edit_file

    if args.part and not args.over:
        raise FootlightsError("--part says nothing alone", "--part", "give --over MOTION, too")
    if args.music and not args.loop:
        raise FootlightsError("--music says nothing alone", "--music", "give --loop, too")
    wanted = EditOptions(
        start=args.start,
        seconds=args.seconds,
        mirror=args.mirror,
        speed=args.speed,
        over=args.over,
        part=args.part or "upper",
        join=args.join,
        in_place=args.in_place,
        loop=args.loop,
        music=args.music,
    )
    with Progress() as progress:
        delivery = edit_file(
            args.source,
            args.out,
            wanted,
            force=args.force,
            noted=lambda note: progress.say(plain(note)),
            progress=progress,
        )
    options.show(args, delivery.as_json(), [delivery.line])
    return 0
