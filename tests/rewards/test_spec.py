"""How a mix of rewards is written, and what of it is refused."""

import pytest

from footlights.basics.errors import FootlightsError
from footlights.rewards.spec import Term, parse


def test_names_weights_and_parameters():
    assert parse("physics=.5, energy , foot_ground = 2e-1") == [
        Term("physics", 0.5),
        Term("energy"),
        Term("foot_ground", 0.2),
    ]
    assert parse("my.pack:smile(width=2, of=('a', 'b'))=-.3") == [
        Term("my.pack:smile", -0.3, {"width": 2, "of": ("a", "b")})
    ]
    assert parse("physics()") == [Term("physics", 1.0, {})]


def test_a_quoted_name_may_hold_what_would_part_it():
    assert parse("'learned:my, own=(model)'=.2, physics") == [
        Term("learned:my, own=(model)", 0.2),
        Term("physics"),
    ]


@pytest.mark.parametrize(
    ("spec", "named"),
    [
        ("", "no reward is named"),
        (" , ", "no reward is named"),
        ("=.5", "names no reward"),
        ("physics=.5=.5", "names no reward"),
        ("physics=x", "'x' is no weight for 'physics'"),
        ("physics=inf", "no weight"),
        ("physics, physics=.2", "stands there twice"),
        ("physics(floor=.5", r"lacks a \)"),
        ("'physics=.5", "lacks a '"),
        ("physics(0)=.5", "parameters of 'physics\\(0\\)=.5' cannot be read"),
        ("physics(floor=__import__('os'))", "cannot be read"),
        ("physics(**{})", "cannot be read"),
    ],
)
def test_what_cannot_be_read_is_refused(spec, named):
    with pytest.raises(FootlightsError, match=named):
        parse(spec)
