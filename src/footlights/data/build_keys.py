"""What a step of the build depends on, as a digest: unchanged inputs are not worked on again."""

import hashlib
from pathlib import Path

from ..basics.errors import FootlightsError
from .sources.base import SourceClip, SourceSong

# Raised whenever the same file would give another result: everything is then built anew.
RECIPE = "13"


def digest(*parts: object) -> str:
    """24 hex digits that name ``parts`` by their repr."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:24]


def clip_key(clip: SourceClip) -> str:
    """Names everything in the listing and the files of ``clip`` that its result depends on.

    Raises:
        FootlightsError: a file cannot be read.
    """
    # The bones of an amc file stand in the asf beside it, which may be called like anything.
    skeletons = clip.path.parent.glob("*.asf") if clip.path.suffix.lower() == ".amc" else ()
    songs = [clip.song] if clip.song else []
    contents = [_file_digest(path) for path in (clip.path, *sorted(skeletons), *songs)]

    # Where the files lie is no part of it. Names and words are those of the first build: other
    # ones would work on everything again.
    facts = {
        "commercial": clip.commercial,
        "dance": clip.dance,
        "flawed": clip.flawed,
        "id": clip.id,
        "licence": clip.licence,
        "options": dict(clip.options),
        "path": Path(),
        "skip": clip.skip,
        "song": None,
        "source": clip.source,
        "split": clip.split,
        "style": clip.style,
        "subject": clip.subject,
        "tail": clip.tail,
    }
    return digest(RECIPE, [(name, str(value)) for name, value in facts.items()], contents)


def song_key(song: SourceSong) -> str:
    """Names everything that the features of ``song`` depend on.

    Raises:
        FootlightsError: the file cannot be read.
    """
    return digest(RECIPE, song.name, song.split, song.danceable, _file_digest(song.path))


def _file_digest(path: Path) -> str:
    try:
        with open(path, "rb") as handle:
            return hashlib.file_digest(handle, "sha256").hexdigest()[:24]
    except OSError as error:
        what = f"cannot be read ({error.strerror})"
        raise FootlightsError(what, path, "check the file") from error
