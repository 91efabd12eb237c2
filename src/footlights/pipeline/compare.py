"""A blinded comparison: two folders' dances to the same songs, one pair a page, and its votes."""

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..basics.errors import FootlightsError
from ..basics.progress import Report
from ..basics.whole_files import writing
from ..evaluation.clip_listing import ListedClip, motion_files
from ..evaluation.songs import Songs
from ..evaluation.votes import (
    ComparedPair,
    ComparisonKey,
    Preference,
    preference,
    read_key,
    read_votes,
    sides,
)
from ..motion.motion import Motion
from ..music import Music
from ..show.vote_page import Ballot, vote_page
from .danced_songs import part_of

MOST = 60  # pairs: more nobody votes on
KEY_FILE = "key.json"
_SECONDS = (1.0, 600.0)  # of each dance that may play


@dataclass(frozen=True)
class _Pair:
    """Two dances called ``name``, and whether A's stands on the left."""

    name: str
    a: Path
    b: Path
    a_left: bool


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
    """Make the pages of a comparison in folder ``out`` and return the first.

    ``key.json`` there says who stood where; nothing on the pages does.

    Args:
        a, b: folders of dances; those with the same file name make a pair.
        music: the folder of their songs; when None, those that their ``dances.json`` knows.
        seed: decides the sides: half of A's dances stand on the left.
        seconds: of each dance that play, 1 to 600.
        force: replace a comparison that is there.

    Raises:
        FootlightsError: no common name, too many, or a dance that cannot be read.
    """
    shortest, longest = _SECONDS
    if not shortest <= seconds <= longest:
        raise FootlightsError(
            f"{seconds:g} seconds", "--seconds", f"give {shortest:g} to {longest:g}"
        )
    folder, songs = Path(out), Songs.of(None if music is None else Path(music))
    if (folder / KEY_FILE).exists() and not force:
        raise FootlightsError(
            "holds a comparison already",
            folder,
            "give --force to replace it, or another place with --html",
        )
    pairs = _pairs(Path(a), Path(b), seed)
    key = _key(Path(a), Path(b), pairs, seconds)
    _make_folder(folder)

    pages = []
    for number, pair in enumerate(pairs, start=1):
        if progress:
            progress((number - 1) / len(pairs), f"pair {number} of {len(pairs)}")
        both = [_blinded(path, seconds) for path in (pair.a, pair.b)]
        song = songs.name_for(pair.name)
        sound = None if song is None else Music.load(songs.paths[song], seconds=seconds)
        if music is None:
            part = part_of([pair.a]) or part_of([pair.b])
            sound = None if part is None else part.load(seconds)
        ballot = Ballot(number, len(pairs), key.id)
        pages.append(vote_page(both if pair.a_left else both[::-1], folder, sound, ballot))

    # The key comes last: pages without one are a comparison that was not finished.
    with writing(folder / KEY_FILE) as temporary:
        temporary.write_text(json.dumps(key.as_json(), indent=1) + "\n", encoding="utf-8")
    return pages[0]


def count_votes(
    comparison: str | os.PathLike[str], files: Sequence[str | os.PathLike[str]]
) -> Preference:
    """The preference that people's saved votes on a comparison come to.

    Args:
        comparison: the folder of its pages and its key.
        files: what the last page saved for each person.

    Raises:
        FootlightsError: no key, no votes, or votes on another comparison.
    """
    key = read_key(Path(comparison) / KEY_FILE)
    return preference(key, [read_votes(path, key) for path in files])


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FootlightsError(
            f"cannot write here ({error.strerror})", folder, "choose another folder", usage=False
        ) from error


def _pairs(a: Path, b: Path, seed: int) -> list[_Pair]:
    for folder in (a, b):
        if not folder.is_dir():
            raise FootlightsError(
                "no such folder", folder, "give two folders of dances, or two tables"
            )

    of_a, of_b = ({path.stem: path for path in motion_files(folder)} for folder in (a, b))
    names = sorted(of_a.keys() & of_b.keys())
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

    left = sides(len(names), seed)
    return [
        _Pair(name, of_a[name], of_b[name], a_left)
        for name, a_left in zip(names, left, strict=True)
    ]


def _key(a: Path, b: Path, pairs: Sequence[_Pair], seconds: float) -> ComparisonKey:
    # The id hangs on everything that is shown: votes on another comparison are known by it.
    digest = hashlib.sha256(repr(([pair.a_left for pair in pairs], seconds)).encode())
    for pair in pairs:
        digest.update(pair.a.read_bytes() + pair.b.read_bytes())

    name_a, name_b = a.resolve().name, b.resolve().name
    if name_a == name_b:
        name_a, name_b = str(a), str(b)
    compared = tuple(ComparedPair(pair.name, pair.a_left) for pair in pairs)
    return ComparisonKey(digest.hexdigest()[:12], name_a, name_b, compared)


def _blinded(path: Path, seconds: float) -> Motion:
    """The dance without anything that says whose it is."""
    motion = ListedClip(path.stem, path).load()
    return motion.cut(0, min(seconds, motion.seconds)).replace(meta={})
