"""Make dances for songs: a page to look at, and files for Blender, game engines and your own
programs.

The song may be wav, flac, ogg, opus, mp3 or m4a, from 1 second to 10 minutes long.
"""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..data.dance_folder import DancedSong

EXAMPLE = """examples:
  footlights dance song.mp3
  footlights dance song.mp3 -o out --count 5 --seed 7 --energy 0.5
  footlights dance *.flac --start 1:10 --seconds 30 --formats npz,glb
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The choices of ``footlights dance``."""
    parser.epilog = EXAMPLE
    parser.add_argument(
        "songs",
        nargs="+",
        metavar="SONG",
        help="a sound file; several are danced one after the other",
    )
    parser.add_argument(
        "-o",
        "--out",
        default="dances",
        metavar="DIR",
        help="the folder for the results (default: dances)",
    )
    parser.add_argument(
        "--start",
        type=_time,
        default=0.0,
        metavar="TIME",
        help="begin there in the song, in seconds or m:ss",
    )
    parser.add_argument(
        "--seconds",
        type=_time,
        metavar="TIME",
        help="dance that long, in seconds or m:ss (default: all)",
    )
    parser.add_argument(
        "--count",
        type=int,
        default=3,
        metavar="N",
        help="dances a song, 1 to 20 (default: 3; time grows with N)",
    )
    parser.add_argument(
        "--seed",
        type=int,
        default=0,
        metavar="K",
        help="another number, other dances; the same, the same bytes (default: 0)",
    )
    parser.add_argument(
        "--model",
        default="small",
        metavar="NAME",
        help="who dances; see: footlights models (default: small)",
    )
    parser.add_argument(
        "--library", metavar="DATA", help="built data to take pieces from, for --model collage"
    )
    parser.add_argument(
        "--energy",
        type=float,
        default=0.0,
        metavar="E",
        help="-3 is calm, 3 is wild (default: 0, as the song is)",
    )
    parser.add_argument(
        "--style",
        metavar="NAME",
        help="one of the model's styles (default: each take another); see: footlights models",
    )
    parser.add_argument(
        "--formats",
        default="npz,bvh,glb,mp4,html",
        metavar="LIST",
        help="what to write (default: %(default)s; mp4 takes the longest)",
    )
    parser.add_argument(
        "--json", action="store_true", help="print dances.json's entries instead of a summary"
    )
    parser.add_argument("--force", action="store_true", help="replace results that exist")


def _time(text: str) -> float:
    """Seconds of "70", "70.5" or "1:10"."""
    minutes, colon, seconds = text.strip().rpartition(":")
    try:
        if colon and not (minutes.isdecimal() and 0 <= float(seconds) < 60):
            raise ValueError
        return float(seconds) + 60 * int(minutes or 0)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds, nor m:ss") from None


def run(args: argparse.Namespace) -> int:
    """Dance to every song; 0 when all went well, 2 when a song was at fault, 1 when work failed."""
    from ..basics.progress import Progress, duration
    from ..basics.terminal import plain
    from ..pipeline.dance import deliver
    from ..pipeline.dance_plan import Wish
    from .options import line_of

    formats = tuple(
        dict.fromkeys(
            name.strip().lower().lstrip(".") for name in args.formats.split(",") if name.strip()
        )
    )
    wish = Wish(args.start, args.seconds, args.count, args.seed, args.energy, args.style, formats)
    began = time.monotonic()
    with Progress() as progress:
        delivery = deliver(
            args.songs,
            args.out,
            wish,
            model=args.model,
            library=args.library,
            force=args.force,
            begin=lambda place: progress.say(f"The dances go to {plain(str(place))}"),
            failed=lambda problem: progress.say(line_of(problem)),
            progress=progress,
        )
    if args.json:
        songs = [song.as_json() for song in delivery.songs]
        json.dump({"folder": str(Path(args.out)), "songs": songs}, sys.stdout, indent=1)
        print()
        return delivery.exit_code
    for song in delivery.songs:
        print(plain(_summary(song)))
    print(
        f"{len(delivery.songs)} of {len(args.songs)} songs in {duration(time.monotonic() - began)}",
        file=sys.stderr,
    )
    return delivery.exit_code


def _summary(song: "DancedSong") -> str:
    """One line for one song: what was heard, what was made."""
    tempo = f", {song.tempo:g} beats a minute" if song.tempo else ""
    dances = ", ".join(dance.name for dance in song.dances)
    notes = "".join(f"; {note}" for note in song.notes)
    return f"{song.name}: {song.seconds:g} s{tempo}{notes}: {dances}"
