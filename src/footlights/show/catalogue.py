"""The list of a folder of dances, ``dances.json``, and the front page that links to the page of every song."""

import html
import json
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from .. import __version__
from ..atomic import writing
from ..errors import FootlightsError
from .names import safe_name

LIST, FRONT = "dances.json", "index.html"
_FORMAT = "footlights-dances-1"
_LARGEST = 50_000_000  # bytes; a thousand ten-minute songs need less

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Dances</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body{{font:18px/1.6 system-ui,sans-serif;max-width:40em;margin:3em auto;padding:0 1em;background:#14161a;color:#e8e8e8}}
a{{color:#8fc7ff}}small{{color:#999}}</style></head>
<body><h1>Dances</h1><ul>
{items}
</ul></body></html>
"""


@dataclass
class Catalogue:
    """What lies in a folder: one entry (JSON-ready) a song, by the song's name, in the order they came."""

    folder: Path
    songs: dict[str, dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: str | os.PathLike[str]) -> "Catalogue":
        """The folder's list, empty when it has none; FootlightsError when ``dances.json`` is something else."""
        path = Path(folder) / LIST
        if not path.is_file():
            return cls(Path(folder))
        try:
            if path.stat().st_size > _LARGEST:
                raise ValueError("too large")
            found = json.loads(path.read_text(encoding="utf-8"), parse_constant=_no_number)
            if found["format"] != _FORMAT:
                raise ValueError(f"format {found['format']!r}")
            return cls(Path(folder), {entry["name"]: _checked(entry) for entry in found["songs"]})
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise FootlightsError(
                f"is not a list of dances ({error})", path, "give --force to replace it, or another place with -o"
            ) from error

    def alone(self, names: list[str]) -> bool:
        """Whether the folder holds one song only once ``names`` are in it: then its page is the front page."""
        return len({*self.songs, *names}) == 1

    def add(self, entry: dict[str, Any]) -> None:
        """Put in one song's entry, or replace the one of the same name, and write ``dances.json``."""
        self.songs[entry["name"]] = entry
        whole = {"format": _FORMAT, "version": __version__, "songs": list(self.songs.values())}
        text = json.dumps(whole, indent=1, ensure_ascii=False, allow_nan=False)
        text = re.sub(r"\[[\d.,\s]+\]", lambda numbers: " ".join(numbers[0].split()), text)
        with writing(self.folder / LIST) as temporary:
            temporary.write_text(text + "\n", encoding="utf-8")

    def make_room(self) -> None:
        """Give the front page's place free: a song that had it alone gets a page of its own name."""
        for name, entry in self.songs.items():
            if entry.get("page") == FRONT:
                if (self.folder / FRONT).is_file():
                    os.replace(self.folder / FRONT, self.folder / f"{name}.html")
                entry["page"] = f"{name}.html"

    def write_front(self) -> None:
        """Write the front page of a folder with several songs: a list of links to their pages."""
        items = [_item(name, entry) for name, entry in self.songs.items() if entry.get("page")]
        with writing(self.folder / FRONT) as temporary:
            temporary.write_text(_PAGE.format(items="\n".join(items)), encoding="utf-8")


def _no_number(word: str) -> None:
    raise ValueError(f"{word} in it is no JSON")


def _checked(entry: Any) -> dict[str, Any]:
    """The entry, if its names are ones we give: a stranger's list must not lead out of the folder."""
    name, page = entry["name"], entry["page"]
    if not isinstance(name, str) or safe_name(name) != name or page not in (None, FRONT, f"{name}.html"):
        raise ValueError("a name in it is not a file name")
    if not isinstance(entry["dances"], list):
        raise ValueError("a song in it has no list of dances")
    return dict(entry)


def _item(name: str, entry: dict[str, Any]) -> str:
    count = len(entry["dances"])
    link = html.escape(quote(str(entry["page"])), quote=True)
    return f'<li><a href="./{link}">{html.escape(name)}</a> <small>{count} dance{"" if count == 1 else "s"}</small></li>'
