"""Tables in Markdown, and their places in the docs: between ``<!-- NAME -->`` and
``<!-- end -->``.
"""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Rows of cells under a head."""
    lines = [_line(head), "|---" * len(head) + "|"]
    return "\n".join([*lines, *(_line(row) for row in rows)])


def put_table(doc: Path, name: str, text: str) -> None:
    """Replace the table called ``name`` in ``doc``."""
    before = doc.read_text(encoding="utf-8")
    marked = f"<!-- {name} -->\n{text}\n<!-- end -->"
    pattern = f"<!-- {name} -->.*?<!-- end -->"
    doc.write_text(re.sub(pattern, lambda _: marked, before, flags=re.DOTALL), encoding="utf-8")


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
