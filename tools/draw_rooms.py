"""The table of rooms for docs/design.md, drawn from docs/rooms.toml.

    python tools/draw_rooms.py [--write]

tests/test_floors.py holds that the page has this table, and that the code keeps to it.
"""

import argparse
import tomllib
from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs"
BEGIN, END = "<!-- rooms: drawn by tools/draw_rooms.py -->\n", "<!-- end of rooms -->\n"


def table() -> str:
    rooms = tomllib.loads((DOCS / "rooms.toml").read_text(encoding="utf-8"))["rooms"]
    rows = [f"| {k} | `{room}/` | {what} |" for k, (room, what) in enumerate(rooms.items())]
    return "\n".join(["| floor | room | what lives there |", "|---|---|---|", *rows]) + "\n"


def write() -> None:
    """The table into docs/design.md, between its two marks."""
    page = DOCS / "design.md"
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text(before + BEGIN + table() + END + after, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--write", action="store_true", help="into docs/design.md")
    if parser.parse_args().write:
        write()
    else:
        print(table(), end="")


if __name__ == "__main__":
    main()
