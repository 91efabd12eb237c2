"""Make dances for songs: a page to look at, and files for Blender, game engines and programs.

The song may be wav, flac, ogg, opus, mp3 or m4a, from 1 second to 10 minutes long.
"""

import argparse
import time

from . import options

EXAMPLE = """examples:
  footlights dance song.mp3
  footlights dance song.mp3 -o out --count 5 --seed 7 --energy 0.5
  footlights dance song.mp3 --seed 7 --take 2 --formats mp4
  footlights dance *.flac --start 1:10 --seconds 30 --formats npz,glb
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The choices of ``footlights dance``."""
    parser.epilog = EXAMPLE
    add, time_of = parser.add_argument, options.seconds
    add("songs", nargs="+", metavar="SONG", help="sound files, danced one after the other")
    add("-o", "--out", default="dances", metavar="DIR", help="for the results (default: dances)")
    add(
        "--start",
        type=time_of,
        default=0.0,
        metavar="TIME",
        help="begin there in the song, in seconds or m:ss",
    )
    add("--seconds", type=time_of, metavar="TIME", help="dance that long (default: all)")
    add(
        "--count",
        type=int,
        default=3,
        metavar="N",
        help="dances a song, 1 to 20 (default: 3; time grows with N)",
    )
    also = "another number, other dances; the same, the same bytes (default: 0)"
    add("--seed", type=int, default=0, metavar="K", help=also)
    add(
        "--model",
        default="small",
        metavar="NAME",
        help="who dances; see: footlights models (default: small)",
    )
    add("--take", type=int, metavar="K", help="only the K-th of the dances, as its card says")
    add("--library", metavar="DATA", help="built data to take pieces from, for --model collage")
    add(
        "--energy",
        type=float,
        default=0.0,
        metavar="E",
        help="-3 is calm, 3 is wild (default: 0, as the song is)",
    )
    add(
        "--repeat",
        type=float,
        default=0.85,
        metavar="R",
        help="phrases return with the song's: 0 never, 1 as they were (default: %(default)s)",
    )
    add("--style", metavar="NAME", help="one of the model's styles (default: each take another)")
    add(
        "--formats",
        default="npz,bvh,glb,mp4,html",
        metavar="LIST",
        help="what to write (default: %(default)s; mp4 takes the longest)",
    )
    add(
        "--film-size",
        default="640x480",
        metavar="WxH",
        help="pixels of the films, such as 1080x1920 or 1920x1080 (default: %(default)s)",
    )
    options.add_json(parser)
    options.add_force(parser)


def run(args: argparse.Namespace) -> int:
    """Dance to every song; 0 when all went well, 2 when a song was at fault, 1 when work failed."""
    from ..basics.progress import Progress, duration
    from ..basics.terminal import plain, tell
    from ..pipeline.dance import deliver
    from ..pipeline.dance_options import DanceOptions, film_size_of, formats_of

    wanted = DanceOptions(
        args.start,
        args.seconds,
        args.count,
        args.seed,
        args.energy,
        args.style,
        formats_of(args.formats),
        args.take,
        args.repeat,
        film_size_of(args.film_size),
    )
    started = time.monotonic()
    with Progress() as progress:
        delivery = deliver(
            args.songs,
            args.out,
            wanted,
            model=args.model,
            library=args.library,
            force=args.force,
            begin=lambda place: progress.say(f"The dances go to {plain(str(place))}"),
            ready=lambda page: progress.say(f"{plain(str(page))} is ready, films follow"),
            failed=lambda problem: progress.say(options.line_of(problem)),
            progress=progress,
        )

    options.show(args, delivery.as_json(), delivery.lines)
    if not args.json:
        took = duration(time.monotonic() - started)
        tell(f"{len(delivery.songs)} of {len(args.songs)} songs in {took}")
    return delivery.exit_code
