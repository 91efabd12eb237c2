"""Checks a document against a schema of docs/schemas: as much of JSON Schema as those use."""

import json
from pathlib import Path
from typing import Any

SCHEMAS = Path(__file__).parents[1] / "docs" / "schemas"
_KEYWORDS = {
    "$schema", "title", "description", "$ref", "type", "properties", "required",
    "additionalProperties", "items",
}  # fmt: skip
_TYPES = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
}


def check(document: Any, name: str) -> None:
    """AssertionError naming the first place at which ``document`` is not what the schema says."""
    _check(document, {"$ref": f"{name}.json"}, name)


def _check(value: Any, schema: dict[str, Any], place: str) -> None:
    assert schema.keys() <= _KEYWORDS, f"{place}: {schema.keys() - _KEYWORDS} is not understood"
    if "$ref" in schema:
        schema = json.loads((SCHEMAS / schema["$ref"]).read_text(encoding="utf-8"))

    types = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    # Python takes True for a number; JSON does not.
    fits = [
        t
        for t in types
        if isinstance(value, _TYPES[t]) and (t == "boolean") == (value is True or value is False)
    ]
    assert fits, f"{place}: {value!r:.80} is no {' or '.join(types)}"

    if isinstance(value, list):
        for number, item in enumerate(value):
            _check(item, schema["items"], f"{place}[{number}]")
    if isinstance(value, dict):
        _check_object(value, schema, place)


def _check_object(value: dict[str, Any], schema: dict[str, Any], place: str) -> None:
    missing = set(schema.get("required", ())) - value.keys()
    assert not missing, f"{place}: {sorted(missing)} missing"

    known, others = schema.get("properties", {}), schema["additionalProperties"]
    for key, inner in value.items():
        if key in known:
            _check(inner, known[key], f"{place}.{key}")
        elif isinstance(others, dict):
            _check(inner, others, f"{place}.{key}")
        else:
            assert others, f"{place}: {key!r} is not in the schema"
