"""Tables that were saved: read field by field, and two of them side by side."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..basics.errors import FootlightsError
from ..data.json_fields import Fields, read_json
from ..metrics.protocol import Protocol, refuse_unlike
from .former_names import with_current_names
from .resampled_distances import GENERATED, REAL
from .result_table import FORMAT

_DO = "give what footlights evaluate --json-file wrote"


def read_table(path: str | os.PathLike[str]) -> dict[str, Any]:
    """The document of a saved table, metrics under today's names.

    Raises:
        FootlightsError: not such a file; the line names the field that is wrong.
    """
    document = read_json(Path(path), _DO)
    document.require_format(FORMAT)
    _check(document)

    values = document.values
    rows = {name: with_current_names(row) for name, row in values["rows"].items()}
    clips = [with_current_names(clip) for clip in values["clips"]]
    labels = with_current_names(values["labels"])
    return {**values, "rows": rows, "clips": clips, "labels": labels}


def side_by_side(a: str | os.PathLike[str], b: str | os.PathLike[str]) -> dict[str, Any]:
    """Two saved tables' generated rows in one table's document; `text_of` makes a text of it.

    Raises:
        FootlightsError: they were measured differently, or are no tables.
    """
    one, other = read_table(a), read_table(b)
    refuse_unlike(_protocol(one, a), _protocol(other, b), b)
    names = [Path(a).stem, Path(b).stem] if Path(a).stem != Path(b).stem else [str(a), str(b)]
    generated = (document["rows"][GENERATED] for document in (one, other))
    rows = {**dict(zip(names, generated, strict=True)), REAL: one["rows"][REAL]}
    # A metric that only one of them has is a line, too.
    labels = {**one["labels"], **other["labels"]}
    return {**one, "rows": rows, "labels": labels, "notes": [], "problems": []}


def _check(document: Fields) -> None:
    """FootlightsError for the first field that is not what a table has there."""
    rows = document.nested("rows")
    for name in {GENERATED: 0, REAL: 0, **rows.values}:
        row = rows.nested(name)
        for metric in row.values:
            _check_figure(row.nested(metric))

    labels, real, protocol = (document.nested(name) for name in ("labels", "real", "protocol"))
    if not labels.values:
        raise document.wrong("labels", "has none")
    for name in labels.values:
        labels.text(name)
    real.text("name")
    real.text("licence", "")
    protocol.text("words")
    protocol.text("hash")
    document.texts("notes")
    for _ in document.objects("clips"):
        pass  # each is an object, and what is in it is shown only as it stands


def _check_figure(figure: Fields) -> None:
    for part in ("value", "low", "high"):
        if part not in figure.values:
            raise figure.wrong(part, "is missing")
        figure.number(part, None)
    if figure.values["value"] is None:
        figure.text("reason")


def _protocol(document: Mapping[str, Any], where: object) -> Protocol:
    try:
        settings = document["protocol"].items()
        return Protocol(**{key: v for key, v in settings if key not in ("words", "hash")})
    except (TypeError, KeyError, AttributeError) as error:
        raise FootlightsError("its protocol cannot be read", where, "evaluate again") from error
