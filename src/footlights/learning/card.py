"""Cards: what a model is and what it learnt from, as ``card.json`` beside its weights."""

import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Self

from ..basics.errors import FootlightsError
from ..basics.whole_files import writing
from ..data.json_fields import Fields, read_json

FILE = "card.json"
FORMAT = "footlights-card-1"

_EXPORT_AGAIN = "export the run again"
_FIRST_FAMILY = "diffusion"  # of cards from before there was a second one


@dataclass(frozen=True, kw_only=True)
class Card:
    """What every model says of itself; each family adds fields of its own.

    Attributes:
        family: which family loads it, as `footlights train` names it.
        name: of the config it was trained with.
        licences: of what it learnt from.
        steps: of training.
        representation: digest of how its motions are written as numbers; "" where not recorded.
        data: digest of the clips it learnt from; "" where not recorded.
        statistics: digest of what its data are standardised with; "" where not recorded.
        command: what made it.
        figures: what was measured of it, by name.
    """

    family: str
    name: str
    licences: tuple[str, ...]
    steps: int
    representation: str = ""
    data: str = ""
    statistics: str = ""
    command: str = ""
    figures: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> Self:
        """The card in the file ``path``.

        Raises:
            FootlightsError: it is no card, or of another format, or one of its fields is missing,
                unknown or not what it must be; the line names the file and the field.
        """
        parsed = read_json(path, _EXPORT_AGAIN)
        if "format" not in parsed.values:
            parsed = Fields(cls.upgraded(parsed.values), path, _EXPORT_AGAIN)
        _check_format(parsed)

        known = {field.name: field for field in fields(cls)}
        unknown = sorted(parsed.values.keys() - known.keys() - {"format"})
        if unknown:
            raise parsed.wrong(unknown[0], "is no field of a card")

        values = {n: _READERS[f.type](parsed, n, _default(f)) for n, f in known.items()}
        return cls(**values)

    @classmethod
    def upgraded(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        """The fields of a card from before cards had a format, as this format has them."""
        names = {field.name for field in fields(cls)}
        defaults = {"name": "", "licences": [], "steps": 0}
        kept = {name: value for name, value in values.items() if name in names}
        return {**defaults, **kept, "format": FORMAT, "family": _FIRST_FAMILY}

    def plain(self) -> dict[str, Any]:
        """The same as JSON-ready values."""
        values = asdict(self).items()
        return {"format": FORMAT, **{n: list(v) if isinstance(v, tuple) else v for n, v in values}}

    def write(self, path: Path) -> None:
        """Write ``path``, whole or not at all."""
        with writing(path) as temporary:
            temporary.write_text(json.dumps(self.plain(), indent=1) + "\n")


def read_family(path: Path) -> str:
    """The family named by the card in the file ``path``; FootlightsError when it is no card."""
    parsed = read_json(path, _EXPORT_AGAIN)
    if "format" not in parsed.values:
        return _FIRST_FAMILY
    _check_format(parsed)
    return str(parsed.text("family"))


def _check_format(parsed: Fields) -> None:
    form = parsed.text("format")
    if form != FORMAT:
        raise FootlightsError(
            f"format is {form[:40]!r}, this version reads {FORMAT!r}",
            parsed.file,
            "use the version of footlights that made it",
        )


def _numbers(parsed: Fields, name: str, default: Any) -> Mapping[str, float]:
    inner = parsed.nested(name, default)
    return {key: inner.number(key) for key in inner.values}


def _default(field: Any) -> Any:
    """What `Fields` takes for a field that may be missing."""
    if field.default_factory is not MISSING:
        return field.default_factory()
    return ... if field.default is MISSING else field.default


_READERS: dict[Any, Callable[[Fields, str, Any], Any]] = {
    str: Fields.text,
    int: Fields.whole,
    tuple[str, ...]: Fields.texts,
    Mapping[str, float]: _numbers,
}
