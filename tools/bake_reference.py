"""Bake src/footlights/assets/reference.npz and its card: real dance as numbers, under every
protocol.

usage: python tools/bake_reference.py --data DIR [--out FILE]

DIR is a folder made by `footlights data build`. Of it the dances of the test split are taken whose
licences allow commercial use; no pose of them is kept, only features of windows, one number a clip
and measure, and limits of quarters of a second.
"""

import argparse
from collections import Counter
from pathlib import Path

from footlights.basics.whole_files import writing
from footlights.evaluation.clip_listing import Listed, listed
from footlights.evaluation.clip_measurement import Order
from footlights.evaluation.measurement_cache import Problem, measured
from footlights.evaluation.reference import SHIPPED, Reference, save
from footlights.metrics.protocol import PROTOCOLS

NAME = "footlights test dances 1"
NOTE = "the real dances have no songs: their beats are read from their own hits, so their beat numbers are upper bounds"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--data", type=Path, required=True, help="a folder made by: footlights data build"
    )
    parser.add_argument("--out", type=Path, default=SHIPPED)
    args = parser.parse_args()
    clips = [clip for clip in listed(args.data) if clip.licence]
    references, seconds = {}, 0.0
    for protocol in PROTOCOLS.values():
        orders = [Order(clip.path, clip.beats, protocol) for clip in clips]
        records = [
            record
            for _, record in sorted(
                measured(orders, len(orders), failed=stop), key=lambda p: str(p[0].path)
            )
        ]
        references[protocol.name] = Reference.of(NAME, records)
        seconds = sum(record["seconds"] for record in records)
    licences = Counter(clip.licence for clip in clips)
    licence = "; ".join(
        f"{name} ({count} clip{'' if count == 1 else 's'})"
        for name, count in sorted(licences.items())
    )
    card = {
        "name": NAME,
        "licence": licence,
        "seconds": round(seconds, 1),
        "note": NOTE,
        "clips": [c.path.stem for c in clips],
    }
    save(references, args.out, card)
    with writing(args.out.with_suffix(".md")) as temporary:
        temporary.write_text(card_of(card, references, clips), encoding="utf-8")


def stop(problem: Problem) -> None:
    raise SystemExit(str(problem))


def card_of(card: dict, references: dict[str, Reference], clips: list[Listed]) -> str:
    """The card that stands beside the file."""
    rows = "\n".join(f"| {n} | {len(r.features)} | {r.digest} |" for n, r in references.items())
    names = ", ".join(f"`{clip.path.stem}`" for clip in clips)
    return f"""# reference.npz: real dance to measure against

Numbers of {len(clips)} clips, {card["seconds"]:g} s, of real dance that no shipped model learnt from: {card["name"]!r}.

- **What is in it.** For each protocol: kinetic and geometric features of windows (no pose can be made of them), one number for
  each clip and measure, and for each measure what 95 of 100 quarters of a second stay below.
- **Clips.** {names}.
- **Licences of the recordings.** {card["licence"]}. All allow commercial use; the recordings themselves are not here.
- **Licence of this file.** Apache-2.0, as footlights.
- **Known.** {card["note"].capitalize()}. Most of it is one take of salsa by one dancer: wide claims need your own `--real`.
- **Baked by** `python tools/bake_reference.py --data DIR`, DIR made by `footlights data build`.

| protocol | windows | hash |
|---|---|---|
{rows}
"""


if __name__ == "__main__":
    main()
