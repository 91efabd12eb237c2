"""Writes the list of a folder of dances, and its front page with a link to every song's page."""

import html
import json
import os
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import quote

from .. import __version__
from ..basics.whole_files import writing
from ..data.dance_folder import DANCES_FILE, DANCES_FORMAT, FRONT_PAGE, DancedSong, read_dances

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Dances</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
body{{font:18px/1.6 system-ui,sans-serif;max-width:48em;margin:3em auto;padding:0 1em;
background:#14161a;color:#e8e8e8}}
h1{{font-size:1.5em}}
a{{color:#f2b25c}}
table{{border-collapse:collapse;width:100%}}
th,td{{text-align:left;padding:.45em 1em .45em 0;border-bottom:1px solid #2c2e32;
overflow-wrap:anywhere}}
th{{color:#a9a9a6;font-weight:400;font-size:.8em}}
</style></head>
<body><h1>Dances</h1><table>
<tr><th>song</th><th>dances</th><th>length</th><th>beats a minute</th><th>styles</th></tr>
{items}
</table></body></html>
"""


@dataclass
class Catalogue:
    """The dances of a folder: one record a song, by the song's name, in the order they came."""

    folder: Path
    songs: dict[str, DancedSong] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: str | os.PathLike[str]) -> "Catalogue":
        """The folder's list, empty when it has none; raises as `read_dances`."""
        return cls(Path(folder), {song.name: song for song in read_dances(folder)})

    def holds_only(self, names: Collection[str]) -> bool:
        """Whether there is one song in all once ``names`` are in: its page is the front page."""
        return len({*self.songs, *names}) == 1

    def add(self, song: DancedSong) -> None:
        """Put in one song, or replace the one of the same name, and write ``dances.json``."""
        self.songs[song.name] = song
        entries = [known.as_json() for known in self.songs.values()]
        document = {"format": DANCES_FORMAT, "version": __version__, "songs": entries}
        text = json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False)
        # Beats are for machines: a list of numbers takes one line, not one line a number.
        text = re.sub(r"\[[\d.,\s]+\]", lambda numbers: " ".join(numbers[0].split()), text)
        with writing(self.folder / DANCES_FILE) as temporary:
            temporary.write_text(text + "\n", encoding="utf-8")

    def surplus_files(self, song: DancedSong) -> list[Path]:
        """Listed files of takes of the same song that ``song`` has not.

        Only names that we give are among them: whoever deletes them deletes nobody else's file.
        """
        listed = self.songs.get(song.name, DancedSong(song.name))
        takes = {dance.take + 1 for dance in song.dances}
        ours = re.compile(rf"{re.escape(song.name)}-(\d{{1,3}})\.(npz|bvh|glb|mp4)")
        names = {name for dance in listed.dances for name in dance.files.values()}
        matches = [match for name in names if (match := ours.fullmatch(name))]
        return sorted(self.folder / match[0] for match in matches if int(match[1]) not in takes)

    def free_front_page(self) -> None:
        """Give a song that has the front page alone a page of its own name."""
        for name, song in self.songs.items():
            if song.page != FRONT_PAGE:
                continue
            own = f"{name}.html"
            # The list may know of a page that a person has deleted.
            if (self.folder / FRONT_PAGE).is_file():
                os.replace(self.folder / FRONT_PAGE, self.folder / own)
            self.songs[name] = replace(song, page=own)

    def write_front_page(self) -> None:
        """Write the front page of a folder with several songs: a table of them, with links."""
        rows = "\n".join(_row(song) for song in self.songs.values() if song.page)
        with writing(self.folder / FRONT_PAGE) as temporary:
            temporary.write_text(_PAGE.format(items=rows), encoding="utf-8")


def _row(song: DancedSong) -> str:
    link = html.escape(quote(str(song.page), errors="surrogateescape"), quote=True)
    cells = (f'<a href="./{link}">{html.escape(song.name)}</a>', *_facts(song))
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _facts(song: DancedSong) -> Iterator[str]:
    """How many dances, length, tempo and styles; what an older list does not say is a dash."""
    yield str(len(song.dances))

    seconds = None if song.seconds is None else round(song.seconds)
    yield "–" if seconds is None else f"{seconds // 60}:{seconds % 60:02d}"
    yield "–" if song.tempo is None else f"{song.tempo:.0f}"

    styles = dict.fromkeys(dance.style for dance in song.dances if dance.style)
    yield html.escape(", ".join(styles)) or "–"
