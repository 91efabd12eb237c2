"""The list of a folder of dances, ``dances.json``, and the front page that links to the page of
every song.
"""

import html
import json
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from .. import __version__
from ..basics.errors import FootlightsError
from ..basics.file_names import safe_name
from ..basics.whole_files import writing

LIST, FRONT = "dances.json", "index.html"
_FORMAT = "footlights-dances-1"
_LARGEST = 50_000_000  # bytes; a thousand ten-minute songs need less

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Dances</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body{{font:18px/1.6 system-ui,sans-serif;max-width:48em;margin:3em auto;padding:0 1em;background:#14161a;color:#e8e8e8}}
h1{{font-size:1.5em}}a{{color:#f2b25c}}table{{border-collapse:collapse;width:100%}}
th,td{{text-align:left;padding:.45em 1em .45em 0;border-bottom:1px solid #2c2e32;overflow-wrap:anywhere}}
th{{color:#a9a9a6;font-weight:400;font-size:.8em}}</style></head>
<body><h1>Dances</h1><table>
<tr><th>song</th><th>dances</th><th>length</th><th>beats a minute</th><th>styles</th></tr>
{items}
</table></body></html>
"""


@dataclass
class Catalogue:
    """What lies in a folder: one entry (JSON-ready) a song, by the song's name, in the order they
    came.
    """

    folder: Path
    songs: dict[str, dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: str | os.PathLike[str]) -> "Catalogue":
        """The folder's list, empty when it has none; FootlightsError when ``dances.json`` is
        something else.
        """
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
                f"is not a list of dances ({error})",
                path,
                "give --force to replace it, or another place with -o",
            ) from error

    def alone(self, names: list[str]) -> bool:
        """Whether the folder holds one song only once ``names`` are in it: then its page is the
        front page.
        """
        return len({*self.songs, *names}) == 1

    def add(self, entry: dict[str, Any]) -> None:
        """Put in one song's entry, or replace the one of the same name, and write ``dances.json``."""
        self.songs[entry["name"]] = entry
        whole = {"format": _FORMAT, "version": __version__, "songs": list(self.songs.values())}
        text = json.dumps(whole, indent=1, ensure_ascii=False, allow_nan=False)
        text = re.sub(r"\[[\d.,\s]+\]", lambda numbers: " ".join(numbers[0].split()), text)
        with writing(self.folder / LIST) as temporary:
            temporary.write_text(text + "\n", encoding="utf-8")

    def stale(self, entry: dict[str, Any]) -> list[Path]:
        """Files that the list tells of the same song's takes beyond the ``entry``'s, with names
        that only we give.
        """
        name, takes = entry["name"], len(entry["dances"])
        told = self.songs.get(name, {"dances": []})["dances"]
        files = {
            str(file)
            for dance in told
            if isinstance(dance, dict)
            for file in dict(dance.get("files", {})).values()
        }
        numbers = {
            file: re.fullmatch(rf"{re.escape(name)}-(\d{{1,3}})\.(npz|bvh|glb|mp4)", file)
            for file in files
        }
        return sorted(
            self.folder / file
            for file, number in numbers.items()
            if number and int(number[1]) > takes
        )

    def make_room(self) -> None:
        """Give the front page's place free: a song that had it alone gets a page of its own name."""
        for name, entry in self.songs.items():
            if entry.get("page") == FRONT:
                if (self.folder / FRONT).is_file():
                    os.replace(self.folder / FRONT, self.folder / f"{name}.html")
                entry["page"] = f"{name}.html"

    def write_front(self) -> None:
        """Write the front page of a folder with several songs: a table with links to their pages."""
        items = [_item(name, entry) for name, entry in self.songs.items() if entry.get("page")]
        with writing(self.folder / FRONT) as temporary:
            temporary.write_text(_PAGE.format(items="\n".join(items)), encoding="utf-8")


def _no_number(word: str) -> None:
    raise ValueError(f"{word} in it is no JSON")


def _checked(entry: Any) -> dict[str, Any]:
    """The entry, if its names are ones we give: a stranger's list must not lead out of the folder."""
    name, page = entry["name"], entry["page"]
    if (
        not isinstance(name, str)
        or safe_name(name) != name
        or page not in (None, FRONT, f"{name}.html")
    ):
        raise ValueError("a name in it is not a file name")
    if not isinstance(entry["dances"], list):
        raise ValueError("a song in it has no list of dances")
    return dict(entry)


def _item(name: str, entry: dict[str, Any]) -> str:
    """A song's row; what an older list does not tell is a dash."""
    link = html.escape(quote(str(entry["page"])), quote=True)
    dances = [dance for dance in entry["dances"] if isinstance(dance, dict)]
    styles = ", ".join(dict.fromkeys(str(dance["style"]) for dance in dances if dance.get("style")))
    seconds, tempo = entry.get("seconds"), entry.get("tempo")
    length = (
        f"{round(seconds) // 60}:{round(seconds) % 60:02d}"
        if isinstance(seconds, int | float)
        else "–"
    )
    beats = f"{tempo:.0f}" if isinstance(tempo, int | float) else "–"
    cells = (str(len(dances)), length, beats, html.escape(styles) or "–")
    return f'<tr><td><a href="./{link}">{html.escape(name)}</a></td>{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'
