"""Compose the bundled song, "Opening Night": drums, bass, chords and a hook, from numbers alone.

    python tools/compose_song.py [FOLDER]

writes ``song.ogg``, ``song.json`` (its exact beats) and ``song.md`` (its card) into FOLDER
(default: the package's assets). Every sample follows from `song` and one seed; the song is
dedicated to the public (CC0 1.0).
"""

import json
import sys
from pathlib import Path

import soundfile

from song.mixing import mix
from song.score import BARS, BPM, LENGTH, RATE, SECTIONS, seconds

ASSETS = Path(__file__).parents[1] / "src" / "footlights" / "assets"
CARD = """# song.ogg: "Opening Night"

A minute to dance to: {bpm:g} beats a minute, 4/4, {seconds:.1f} s, C major over the round
F-G-Em-Am. Intro, groove, lift, break, build, drop, outro; drums, bass, keys, stabs, pads and a
hook.

- Made by `python tools/compose_song.py`: synthesised from numbers, no recording and no sample of
  anyone's.
- Beats, downbeats and section times in `song.json` are the score's own, exact to the sample.
- One seed: every run gives the same samples; the encoded file may differ in a stream number.
- Licence: CC0 1.0 (public domain dedication). Use it for anything.
"""


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ASSETS
    samples, truth = mix(), score_times()
    with soundfile.SoundFile(
        folder / "song.ogg", "w", RATE, 2, "VORBIS", format="OGG", compression_level=0.68
    ) as file:
        # A second at once: the Vorbis writer puts what it is given on its stack.
        for first in range(0, LENGTH, RATE):
            file.write(samples[first : first + RATE])
    (folder / "song.json").write_text(json.dumps(truth, indent=1) + "\n")
    (folder / "song.md").write_text(CARD.format(**truth))


def score_times() -> dict[str, object]:
    """What is exactly true of the song: the score's own times in seconds."""
    beats = [round(seconds(beat), 6) for beat in range(4 * BARS + 1)]
    return {
        "title": "Opening Night",
        "licence": "CC0-1.0",
        "bpm": BPM,
        "metre": 4,
        "seconds": round(LENGTH / RATE, 6),
        "beats": beats,
        "downbeats": beats[::4],
        "sections": {name: round(seconds(4 * bar), 6) for name, bar in SECTIONS},
    }


if __name__ == "__main__":
    main()
