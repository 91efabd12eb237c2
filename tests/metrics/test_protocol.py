"""Protocols: what was decided is told in words and by a hash, and unlike tables are kept apart."""

import dataclasses

import pytest

from footlights.basics.errors import FootlightsError
from footlights.metrics.protocol import PROTOCOLS, Protocol, protocol_of, refuse_unlike


def test_every_setting_changes_the_hash():
    plain = Protocol()
    others = {
        "name": "x",
        "fps": 60.0,
        "seconds": 4.0,
        "hop": 1.0,
        "features": "published",
        "rooted": True,
    }
    others |= {"ground": "joints", "beats": "", "reference": "abc", "count": 3}
    assert set(others) == {field.name for field in dataclasses.fields(plain)}
    hashes = {dataclasses.replace(plain, **{key: value}).digest for key, value in others.items()}
    assert len(hashes | {plain.digest}) == len(others) + 1


def test_the_hash_is_the_same_tomorrow_and_elsewhere():
    assert Protocol().digest == "87c05025e239"


def test_published_protocols_differ_from_one_another_and_say_how():
    assert len({protocol.digest for protocol in PROTOCOLS.values()}) == 5
    assert (
        "60 frames a second" in PROTOCOLS["bailando"].description
        and "20 s" in PROTOCOLS["bailando"].description
    )
    assert (
        "soles" in PROTOCOLS["footlights"].description
        and "12 windows" in Protocol().settled("abc", 12).description
    )


def test_unlike_tables_are_refused_by_name_of_what_differs():
    refuse_unlike(Protocol(), Protocol(), "b.json")
    with pytest.raises(FootlightsError, match=r"b\.json: .*fps 30\.0 and 60\.0.*count 0 and 40"):
        refuse_unlike(Protocol(), dataclasses.replace(Protocol(), fps=60.0, count=40), "b.json")


def test_an_unknown_protocol_is_told_the_known_ones():
    with pytest.raises(FootlightsError, match="footlights, bailando, aist, edge, skeleton2stage"):
        protocol_of("fid")
