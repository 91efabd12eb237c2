"""Protocol: everything that decides a table of numbers besides the dances, and its hash.

Two tables may be compared when their hashes agree. The settings of published protocols are those of
the code that came with the papers: Bailando (Siyao et al. 2022), FACT on AIST++ (Li et al. 2021),
EDGE (Tseng et al. 2023), Skeleton2Stage (2026).
"""

import dataclasses
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from ..basics.errors import FootlightsError
from ..basics.suggestions import advice


@dataclass(frozen=True)
class Protocol:
    """How clips are measured.

    Attributes:
        name: what it is called.
        fps: every clip is brought to this rate by interpolation, never by repeating frames.
        seconds: length of a window that features are taken of.
        hop: seconds from window to window; 0 measures the first ``seconds`` of a clip and nothing
            else of it.
        features: "corrected" or "published" kinetic and geometric features.
        rooted: places are counted from the root's in the first frame, its height too.
        ground: what feet are measured on: "soles" of the body, or "joints" as published.
        beats: "f1" in seconds above chance, or the published score "bailando" or "fact"; "" for
            none.
        reference: hash of the real dances that were compared with; empty before they are known.
        count: windows on either side of a comparison of distributions; 0 before they are known.
    """

    # Saved tables hold these names, and the hash is made of them: they stay.
    name: str = "footlights"
    fps: float = 30.0
    seconds: float = 5.0
    hop: float = 2.5
    features: str = "corrected"
    rooted: bool = False
    ground: str = "soles"
    beats: str = "f1"
    reference: str = ""
    count: int = 0

    @property
    def digest(self) -> str:
        """Twelve hex digits that change with every setting."""
        text = json.dumps(dataclasses.asdict(self), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    @property
    def description(self) -> str:
        """The settings in one line."""
        every = f"every {self.hop:g} s" if self.hop else "from each clip's start, the rest unseen"
        relative = " of places relative to the first root" if self.rooted else ""
        parts = [
            f"{self.name}: {self.fps:g} frames a second",
            f"windows of {self.seconds:g} s {every}",
            f"{self.features} features{relative}",
            f"feet by {self.ground}",
        ]
        parts += [f"beats by {self.beats}"] if self.beats else []
        parts += [f"{self.count} windows a side"] if self.count else []
        parts += [f"real dance {self.reference}"] if self.reference else []
        return ", ".join(parts)

    def settled(self, reference: str, count: int) -> "Protocol":
        """The same with the real dances and the count that a table was made with."""
        return dataclasses.replace(self, reference=reference, count=count)


_PUBLISHED: dict[str, Any] = {"features": "published", "ground": "joints"}
_ALL = (
    Protocol(),
    Protocol("bailando", 60.0, 20.0, 0.0, rooted=True, beats="bailando", **_PUBLISHED),
    Protocol("aist", 60.0, 20.0, 0.0, beats="fact", **_PUBLISHED),
    Protocol("edge", 30.0, 5.0, 2.5, beats="", **_PUBLISHED),
    Protocol("skeleton2stage", 30.0, 20.0, 0.0, rooted=True, beats="bailando", **_PUBLISHED),
)
PROTOCOLS = {protocol.name: protocol for protocol in _ALL}


def protocol_of(wanted: str | Protocol) -> Protocol:
    """The protocol of that name, or the one given.

    Raises:
        FootlightsError: no protocol is called so, or a given one cannot be followed or bears the
            name of ours with other settings, so that our real dance was not measured like it.
    """
    known = PROTOCOLS.get(wanted if isinstance(wanted, str) else wanted.name)
    if isinstance(wanted, str):
        if known is None:
            do = advice(wanted, PROTOCOLS, f"use one of {', '.join(PROTOCOLS)}")
            raise FootlightsError(f"no protocol called {wanted!r}", "--protocol", do)
        return known

    lengths = wanted.fps > 0 and wanted.seconds * wanted.fps >= 1 and wanted.hop >= 0
    if not lengths or wanted.features not in ("corrected", "published"):
        do = "give a rate and windows above 0, and features corrected or published"
        raise FootlightsError(f"cannot be followed: {wanted.description}", "protocol", do)
    if known is not None and known != wanted:
        what = f"the protocol called {wanted.name!r} has other settings"
        raise FootlightsError(what, "protocol", "give yours a name of its own")
    return wanted


def refuse_unlike(a: Protocol, b: Protocol, where: object) -> None:
    """Stop a comparison of tables that were measured differently.

    Raises:
        FootlightsError: the hashes differ; names every setting that does.
    """
    if a.digest == b.digest:
        return
    ours, theirs = dataclasses.asdict(a), dataclasses.asdict(b)
    differing = [key for key in ours if ours[key] != theirs[key]]
    unlike = ", ".join(f"{key} {ours[key]!r} and {theirs[key]!r}" for key in differing)
    do = "evaluate both by one protocol against the same real dance"
    raise FootlightsError(f"measured differently: {unlike}", where, do)
