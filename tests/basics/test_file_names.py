"""Song titles become file names that every system takes and that never lead out of a folder."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footlights.basics.file_names import safe_name, song_names


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Dance 🎵 de la Fée", "Dance 🎵 de la Fée"),
        ("👩‍🎤 live", "👩‍🎤 live"),
        ("AC/DC: back\\slash?", "AC_DC_ back_slash_"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("-rf", "rf"),
        (".hidden", "hidden"),
        ("con", "con_"),
        ("LPT1.final", "LPT1.final_"),
        ("a\nb\x1b[31m\u202ec", "ab[31mc"),
        ("   ", "song"),
        ("", "song"),
        ("undecodable \udcff byte", "undecodable  byte"),
        ("e\u0301", "\u00e9"),
    ],
)
def test_known_titles(title, name):
    assert safe_name(title) == name


@given(st.text(max_size=400))
def test_any_title_gives_one_plain_file_name(title):
    name = safe_name(title)
    assert name and os.path.basename(name) == name and name not in (".", "..")
    assert len(f".{name}-20.abcdefgh.part.html".encode()) <= 255
    assert not name.startswith((".", "-")) and not set(name) & {
        *map(chr, range(32)),
        *'/\\:*?"<>|',
        "\u202e",
    }
    assert safe_name(name) == name


@given(st.lists(st.text(max_size=200), max_size=12))
def test_songs_of_one_folder_never_share_a_name(stems):
    names = song_names([f"{stem.replace('/', '_')}.mp3" for stem in stems])
    assert len({name.casefold() for name in names}) == len(names)
    assert all(safe_name(name) == name for name in names)


def test_same_stem_gets_a_number_and_the_front_page_is_not_taken():
    assert song_names(["a/song.wav", "b/song.mp3", "c/SONG.ogg", "index.wav"]) == [
        "song",
        "song (2)",
        "SONG (3)",
        "index (2)",
    ]
