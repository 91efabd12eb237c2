"""A blinded comparison: two folders' dances to the same songs side by side, one pair a page, voted
on by keyboard.
"""

import hashlib
import html
import json
import os
from pathlib import Path
from typing import Any

from ..basics.errors import FootlightsError
from ..basics.progress import Report
from ..basics.whole_files import writing
from ..evaluation.clip_record import load
from ..evaluation.clip_sources import Songs, motions
from ..evaluation.votes import KEY_FORMAT, sides
from ..motion.motion import Motion
from ..music import Music
from ..show.page import Appendix, Dance, page

MOST = 60  # pairs: more nobody votes on
KEY = "key.json"
_HERE = Path(__file__).parent


def compare(
    a: str | os.PathLike[str],
    b: str | os.PathLike[str],
    out: str | os.PathLike[str],
    music: str | os.PathLike[str] | None = None,
    *,
    seed: int = 0,
    seconds: float = 20.0,
    force: bool = False,
    progress: Report | None = None,
) -> Path:
    """Make the pages of a comparison in folder ``out`` and return the first; ``key.json`` there
    says who stood where.

    Args:
        a, b: folders of dances; those with the same file name make a pair.
        music: the folder of their songs.
        seed: decides the sides: half of A's dances stand on the left.
        seconds: of each dance that play.
        force: replace a comparison that is there.

    Raises:
        FootlightsError: no common name, too many, or a dance that cannot be read.
    """
    folder, songs = Path(out), Songs.of(None if music is None else Path(music))
    if (folder / KEY).exists() and not force:
        raise FootlightsError(
            "holds a comparison already",
            folder,
            "give --force to replace it, or another place with --html",
        )
    pairs = _pairs(Path(a), Path(b))
    left = sides(len(pairs), seed)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FootlightsError(
            f"cannot write here ({error.strerror})", folder, "choose another folder", usage=False
        ) from error
    key = _key(Path(a), Path(b), pairs, left, seconds)
    for number, (name, ours, theirs) in enumerate(pairs, start=1):
        if progress:
            progress((number - 1) / len(pairs), f"pair {number} of {len(pairs)}")
        dances = [_blinded(path, seconds) for path in (ours, theirs)]
        shown = dances if left[number - 1] else dances[::-1]
        song = songs.name_for(name)
        heard = None if song is None else Music.load(songs.paths[song], seconds=seconds)
        _page(shown, folder / f"pair-{number:02d}.html", heard, number, len(pairs), key["id"])
    with writing(folder / KEY) as temporary:
        temporary.write_text(json.dumps(key, indent=1) + "\n", encoding="utf-8")
    return folder / "pair-01.html"


def _pairs(a: Path, b: Path) -> list[tuple[str, Path, Path]]:
    for folder in (a, b):
        if not folder.is_dir():
            raise FootlightsError(
                "no such folder", folder, "give two folders of dances, or two tables"
            )
    ours, theirs = ({path.stem: path for path in motions(folder)} for folder in (a, b))
    names = sorted(ours.keys() & theirs.keys())
    if not names:
        raise FootlightsError(
            "no dance is called alike in both folders",
            f"{a}, {b}",
            "name dances to the same song alike",
        )
    if len(names) > MOST:
        raise FootlightsError(
            f"{len(names)} pairs are more than anyone votes on",
            a,
            f"give folders with up to {MOST}",
        )
    return [(name, ours[name], theirs[name]) for name in names]


def _key(
    a: Path, b: Path, pairs: list[tuple[str, Path, Path]], left: list[bool], seconds: float
) -> dict[str, Any]:
    known = hashlib.sha256(repr((left, seconds)).encode())
    for _, ours, theirs in pairs:
        known.update(ours.read_bytes() + theirs.read_bytes())
    names = [a.resolve().name, b.resolve().name]
    names = names if names[0] != names[1] else [str(a), str(b)]
    told = [{"name": name, "a_left": side} for (name, _, _), side in zip(pairs, left, strict=True)]
    return {
        "format": KEY_FORMAT,
        "id": known.hexdigest()[:12],
        "a": names[0],
        "b": names[1],
        "pairs": told,
    }


def _blinded(path: Path, seconds: float) -> Motion:
    """The dance without anything that says whose it is."""
    motion = load(path)
    return motion.cut(0, min(seconds, motion.seconds)).replace(meta={})


def _page(
    shown: list[Motion], path: Path, music: Music | None, number: int, count: int, comparison: str
) -> None:
    dances = [Dance(side, motion) for side, motion in zip(("left", "right"), shown, strict=True)]
    before = (
        '<button id="before" class="word" type="button"><kbd>⌫</kbd>back</button>'
        if number > 1
        else ""
    )
    about = (
        f'data-number="{number}" data-count="{count}" data-comparison="{html.escape(comparison)}"'
    )
    markup = f"""<section class="vote" id="vote" {about}>
<p>Which dance is better? Look at both to the end. Pair {number} of {count}.</p>
<div class="choices"><button type="button" data-vote="1"><kbd>1</kbd>left</button>
<button type="button" data-vote="2"><kbd>2</kbd>right</button>
<button type="button" data-vote="0"><kbd>0</kbd>the same</button>{before}</div>
<div id="done" hidden><p>Thank you. <a id="save">Save your votes</a> and hand the file to who asked you, or copy this:</p>
<textarea id="text" readonly aria-label="Your votes"></textarea></div>
</section>"""
    style, script = ((_HERE / name).read_text(encoding="utf-8") for name in ("vote.css", "vote.js"))
    page(dances, path, music, f"Pair {number} of {count}", Appendix(markup, style, script))
