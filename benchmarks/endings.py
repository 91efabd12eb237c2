"""How a dance begins and ends: python benchmarks/endings.py --music DIR [--model small] [--songs 6]

Dances of 20 s, cut wherever that is in the song, one of each style in turn. Printed are mean joint
speed in the first and the last half second and in the two seconds before the last, as shares of the
dance's mean, as means over dances with their range. The control is what lies in the middle.
"""

import argparse
from pathlib import Path

import numpy as np

from dynamics import songs_of, speed_of
from footlights.generators import load_generator

_SECONDS = 20.0


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--music", type=Path, required=True)
    parser.add_argument("--model", default="small")
    parser.add_argument("--split", default="val")
    parser.add_argument("--songs", type=int, default=6)
    args = parser.parse_args()

    model = load_generator(args.model)
    shares: dict[str, list[float]] = {"first half second": [], "last half second": []}
    shares |= {"two seconds before": [], "control: the middle half second": []}
    for number, song in enumerate(songs_of(args.music, args.split, args.songs)):
        style = model.info.styles[number % len(model.info.styles)]
        dance = model.sample(song, 1, number, seconds=_SECONDS, style=style)[0]
        speed, half = speed_of(dance) / speed_of(dance).mean(), round(dance.fps / 2)
        middle = len(speed) // 2
        shares["first half second"].append(speed[:half].mean())
        shares["last half second"].append(speed[-half:].mean())
        shares["two seconds before"].append(speed[-5 * half : -half].mean())
        shares["control: the middle half second"].append(speed[middle : middle + half].mean())

    print(f"n = {args.songs}\n\n| | share of the mean speed | range |\n|---|---|---|")
    for name, values in shares.items():
        print(f"| {name} | {np.mean(values):.2f} | {min(values):.2f} to {max(values):.2f} |")


if __name__ == "__main__":
    main()
