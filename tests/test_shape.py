"""The shape of the code stays readable: short files and lines, few parameters, no loose modules."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tools"))

import shape  # noqa: E402


def test_nothing_is_beyond_the_limits():
    source = shape.read_tree(ROOT / "src" / "footlights")
    assert len(source) > 150
    assert shape.beyond_limits(source) == []


BAD = {
    "long.py": "x = 1\n" * 451,
    "wide.py": f"x = '{'x' * 100}'\n",
    "many.py": "def f(a, b, c, d, /, e, *, f, g, h=1):\n    pass\n",
    "one.py": "",
    "rooms/fine.py": "class A:\n    def f(self, a, b, c, d, e, f, g=1, *, h=2):\n        pass\n",
}


def test_each_limit_is_seen(tmp_path):
    for name, text in BAD.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    assert shape.beyond_limits(shape.read_tree(tmp_path)) == [
        "long.py: 451 lines",
        "many.py:1 f: 7 parameters without a default",
        "wide.py:1: 106 columns",
        "4 modules stand in no room: long.py, many.py, one.py, wide.py",
    ]


COUNTED = '''"""A docstring
of two lines."""

# A reason.
x = 1  # m


def public(a: int) -> int:
    """Says what."""
    return a


def bare(a):
    def within(b): ...
    return within(a)
'''


@pytest.mark.parametrize(
    "row, value",
    [
        ("modules", "1"),
        ("lines a function: median, 90 %, most", "3, 3, 3"),
        ("code lines with a comment", "28.6% (2)"),
        ("public functions annotated", "50.0% (1)"),
        ("public functions with a docstring", "50.0% (1)"),
        ("tests : source, lines", "1.00"),
    ],
)
def test_the_rows_are_what_one_counts_by_hand(tmp_path, row, value):
    (tmp_path / "counted.py").write_text(COUNTED)
    tree = shape.read_tree(tmp_path)
    assert shape.shape(tree, tree)[row] == value
