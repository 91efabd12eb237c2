"""The page of a blinded comparison: two dances of one song, and three keys to vote with."""

import html
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..motion.motion import Motion
from .page import Appendix, Dance, page

if TYPE_CHECKING:
    from ..music import Music

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Ballot:
    """Which pair of a comparison a page shows: ``number`` (from 1) of ``count``."""

    number: int
    count: int
    comparison: str

    @property
    def file_name(self) -> str:
        """The name of its page; vote.js goes from page to page by it."""
        return f"pair-{self.number:02d}.html"


def vote_page(
    motions: Sequence[Motion], folder: str | os.PathLike[str], music: "Music | None", ballot: Ballot
) -> Path:
    """Write the page of a pair into ``folder``; returns where it is.

    Args:
        motions: two of them, the left one first, without anything that says whose they are.

    Raises:
        FootlightsError: it cannot be written.
    """
    path = Path(folder) / ballot.file_name
    dances = [Dance(side, motion) for side, motion in zip(("left", "right"), motions, strict=True)]
    style, script = ((_HERE / name).read_text(encoding="utf-8") for name in ("vote.css", "vote.js"))
    title = f"Pair {ballot.number} of {ballot.count}"
    page(dances, path, music, title, Appendix(_markup(ballot), style, script))
    return path


def _markup(ballot: Ballot) -> str:
    facts = " ".join(
        [
            f'data-number="{ballot.number}"',
            f'data-count="{ballot.count}"',
            f'data-comparison="{html.escape(ballot.comparison)}"',
        ]
    )
    back = (
        '<button id="before" class="word" type="button"><kbd>⌫</kbd>back</button>'
        if ballot.number > 1
        else ""
    )
    return f"""<section class="vote" id="vote" {facts}>
<p>Which dance is better? Look at both to the end. Pair {ballot.number} of {ballot.count}.</p>
<div class="choices"><button type="button" data-vote="1"><kbd>1</kbd>left</button>
<button type="button" data-vote="2"><kbd>2</kbd>right</button>
<button type="button" data-vote="0"><kbd>0</kbd>the same</button>{back}</div>
<div id="done" hidden>
<p>Thank you. <a id="save">Save your votes</a> and hand the file to who asked you, or copy this:</p>
<textarea id="text" readonly aria-label="Your votes"></textarea></div>
</section>"""
