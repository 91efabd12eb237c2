"""The AIST++ folder: names that tell dancer and music, and the official cross-modal split."""

import re
from importlib.resources import files
from pathlib import Path

from .base import Listing, SourceClip, songs_by_stem

_LICENCE = "AIST++ (annotations CC BY 4.0; AIST dance database: research only)"
_NAME = re.compile(
    r"g(?P<genre>[A-Z]{2})_s(?:BM|FM)_cAll_(?P<dancer>d\d\d)_(?P<music>m[A-Z]{2}\d)_ch\d\d"
)
_GENRES = {
    "BR": "break",
    "PO": "pop",
    "LO": "lock",
    "MH": "middle hip-hop",
    "LH": "LA hip-hop",
    "HO": "house",
    "WA": "waack",
    "KR": "krump",
    "JS": "street jazz",
    "JB": "ballet jazz",
}

# The ten tracks of the official test list, which never occur in train.
_TEST_MUSIC = {"mBR0", "mHO5", "mJB5", "mJS3", "mKR2", "mLH4", "mLO2", "mMH3", "mPO1", "mWA0"}


def list_clips(source: Path, music: Path | None, cache: Path) -> Listing:
    """Every AIST++ .pkl under ``source``; songs (mBR0.wav, ...) from ``music`` or beside them.

    Train and test are the official lists. What else was danced to the test list's tracks is used
    for validation. Sequences on the official list of bad fits, and the few in no list, are left
    out.
    """
    splits = {"train": _official("crossmodal_train"), "test": _official("crossmodal_test")}
    bad_fits = _official("ignore_list")
    songs = songs_by_stem(source) | songs_by_stem(music)

    clips, left_out = [], []
    for path in sorted(source.rglob("*.pkl")):
        match = _NAME.fullmatch(path.stem)
        if not match:
            left_out.append((path.stem, "not the name of an AIST++ sequence"))
        elif path.stem in bad_fits:
            left_out.append((path.stem, "on AIST++'s list of bad fits"))
        elif split := _split(path.stem, match["music"], splits):
            clips.append(_clip(path, match, split, songs.get(match["music"])))
        else:
            left_out.append((path.stem, "in no official split"))
    return Listing(clips, left_out=left_out)


def _official(name: str) -> set[str]:
    """The sequences on one of the lists that AIST++ publishes."""
    text = (files("footlights") / "assets" / "aist" / f"{name}.txt").read_text("utf-8")
    return set(text.split())


def _split(sequence: str, music: str, splits: dict[str, set[str]]) -> str:
    for split, sequences in splits.items():
        if sequence in sequences:
            return split
    return "val" if music in _TEST_MUSIC else ""


def _clip(path: Path, name: re.Match[str], split: str, song: Path | None) -> SourceClip:
    return SourceClip(
        path.stem,
        path,
        source="aist",
        style=_GENRES.get(name["genre"], name["genre"]),
        split=split,
        subject=name["dancer"],
        licence=_LICENCE,
        commercial=False,
        song=song,
    )
