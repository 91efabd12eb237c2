"""The AIST++ folder: names that tell dancer and music, songs by their codes, the official
cross-modal split.
"""

import re
from importlib.resources import files
from pathlib import Path

from .sources import Clip, Listing, songs_by_stem

_NAME = re.compile(
    r"(g(?P<genre>[A-Z]{2})_s(?:BM|FM)_cAll_(?P<dancer>d\d\d)_(?P<music>m[A-Z]{2}\d)_ch\d\d)$"
)
_GENRES = {
    "BR": "break", "PO": "pop", "LO": "lock", "MH": "middle hip-hop", "LH": "LA hip-hop", "HO": "house",
    "WA": "waack", "KR": "krump", "JS": "street jazz", "JB": "ballet jazz",
}  # fmt: skip
_HELD_MUSIC = {"mBR0", "mHO5", "mJB5", "mJS3", "mKR2", "mLH4", "mLO2", "mMH3", "mPO1", "mWA0"}


def listing(source: Path, music: Path | None, cache: Path) -> Listing:
    """Every AIST++ .pkl under ``source``; songs (mBR0.wav, ...) from ``music`` or beside them.

    Train and test are the official lists. The ten tracks of the test list never occur in train;
    what else was danced to them is used for validation. Sequences on the official list of bad fits,
    and the few in no list, are left out.
    """
    train, test, ignored = (
        _names(n) for n in ("crossmodal_train", "crossmodal_test", "ignore_list")
    )
    songs = songs_by_stem(source) | songs_by_stem(music)
    clips, left_out = [], []
    for path in sorted(source.rglob("*.pkl")):
        match = _NAME.match(path.stem)
        if not match:
            left_out.append((path.stem, "not the name of an AIST++ sequence"))
        elif path.stem in ignored:
            left_out.append((path.stem, "on AIST++'s list of bad fits"))
        elif split := _split(path.stem, match["music"], train, test):
            style, song = _GENRES.get(match["genre"], match["genre"]), songs.get(match["music"])
            licence = "AIST++ (annotations CC BY 4.0; AIST dance database: research only)"
            clips.append(
                Clip(
                    path.stem,
                    path,
                    "aist",
                    style,
                    split,
                    match["dancer"],
                    licence,
                    False,
                    song=song,
                )
            )
        else:
            left_out.append((path.stem, "in no official split"))
    return Listing(clips, left_out=left_out)


def _split(name: str, music: str, train: set[str], test: set[str]) -> str:
    if name in test:
        return "test"
    if name in train:
        return "train"
    return "val" if music in _HELD_MUSIC else ""


def _names(file: str) -> set[str]:
    return set((files("footlights") / "assets" / "aist" / f"{file}.txt").read_text("utf-8").split())
