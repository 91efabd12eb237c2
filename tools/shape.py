"""The shape of the house in numbers: files, functions, lines, comments, parameters, tests.

    python tools/shape.py [--src src/footlights] [--tests tests]

Works on any tree of Python files, an old checkout's too, to set two states side by side.
"""

import argparse
import ast
import io
import math
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median

ROOT = Path(__file__).parents[1]
COLUMNS, FILE_LINES, PARAMETERS, LOOSE = 100, 450, 6, 3  # the limits that tests/test_shape.py holds
DOORS = ("__init__.py", "__main__.py")


@dataclass(frozen=True)
class Function:
    """One function or method: where it stands, how long it is, what it asks for."""

    place: str
    lines: int
    parameters: int  # without a default; self and cls are not counted
    public: bool
    annotated: bool  # every parameter and the result
    documented: bool


@dataclass(frozen=True)
class Module:
    """One file, read once."""

    path: Path  # below the tree's root
    lines: list[str]
    functions: list[Function]
    code_lines: int  # neither blank nor in a docstring
    comment_lines: int  # with a comment, alone on its line or behind code

    @property
    def loose(self) -> bool:
        """Whether it stands at the top, in no room."""
        return len(self.path.parts) == 1 and self.path.name not in DOORS


def read_tree(root: Path) -> list[Module]:
    """Every Python file below ``root``."""
    return [_read_module(file, root) for file in sorted(root.rglob("*.py"))]


def shape(source: list[Module], tests: list[Module]) -> dict[str, str]:
    """The rows of the table, name to value."""
    functions = [function for module in source for function in module.functions]
    public = [function for function in functions if function.public]
    file_lines = [len(module.lines) for module in source]
    columns = [width(line) for module in source for line in module.lines if line.strip()]
    code_lines = sum(module.code_lines for module in source)

    return {
        "modules": f"{len(source)}",
        "loose modules": f"{sum(module.loose for module in source)}",
        "lines": f"{sum(file_lines)}",
        "lines a file: median, 90 %, most": _spread(file_lines),
        "lines a function: median, 90 %, most": _spread([one.lines for one in functions]),
        "columns a line: median, mean, most": (
            f"{median(columns):g}, {mean(columns):.1f}, {max(columns)}"
        ),
        f"lines over {COLUMNS} columns": _share(sum(n > COLUMNS for n in columns), len(columns)),
        "code lines with a comment": _share(
            sum(module.comment_lines for module in source), code_lines
        ),
        f"functions with more than {PARAMETERS} parameters that have no default": (
            f"{sum(one.parameters > PARAMETERS for one in functions)}"
        ),
        "public functions annotated": _share(sum(one.annotated for one in public), len(public)),
        "public functions with a docstring": _share(
            sum(one.documented for one in public), len(public)
        ),
        "tests : source, lines": (
            f"{sum(len(module.lines) for module in tests) / max(sum(file_lines), 1):.2f}"
        ),
    }


def beyond_limits(source: list[Module]) -> list[str]:
    """Each place that breaks a limit, and how."""
    findings = []
    for module in source:
        if len(module.lines) > FILE_LINES:
            findings.append(f"{module.path}: {len(module.lines)} lines")
        for number, line in enumerate(module.lines, start=1):
            if width(line) > COLUMNS:
                findings.append(f"{module.path}:{number}: {width(line)} columns")
        for one in module.functions:
            if one.parameters > PARAMETERS:
                findings.append(f"{one.place}: {one.parameters} parameters without a default")

    loose = [str(module.path) for module in source if module.loose]
    if len(loose) > LOOSE:
        findings.append(f"{len(loose)} modules stand in no room: {', '.join(loose)}")
    return findings


def width(line: str) -> int:
    """Columns of a line without what is said to type checkers and linters, as ruff counts."""
    return len(re.split(r"  # (?:type: ignore|noqa)", line)[0])


def _read_module(file: Path, root: Path) -> Module:
    text = file.read_text(encoding="utf-8")
    tree, path = ast.parse(text), file.relative_to(root)
    lines = text.splitlines()
    docstring_lines = _docstring_lines(tree)
    code = {
        number
        for number, line in enumerate(lines, start=1)
        if line.strip() and number not in docstring_lines
    }
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    comments = {token.start[0] for token in tokens if token.type == tokenize.COMMENT}
    return Module(path, lines, list(_functions(tree, path)), len(code), len(comments & code))


def _docstring_lines(tree: ast.Module) -> set[int]:
    numbers: set[int] = set()
    for node in ast.walk(tree):
        holder = isinstance(
            node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
        )
        if holder and ast.get_docstring(node):
            first = node.body[0]
            numbers |= set(range(first.lineno, (first.end_lineno or first.lineno) + 1))
    return numbers


def _functions(tree: ast.AST, path: Path, hidden: bool = False) -> Iterator[Function]:
    """Every function below a node; ``hidden`` below a private class or inside another function."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            private = hidden or node.name.startswith("_")
            yield _function(node, path, public=not private)
            yield from _functions(node, path, hidden=True)
        else:
            private = isinstance(node, ast.ClassDef) and node.name.startswith("_")
            yield from _functions(node, path, hidden or private)


def _function(node: ast.FunctionDef | ast.AsyncFunctionDef, path: Path, public: bool) -> Function:
    positional = [*node.args.posonlyargs, *node.args.args]
    asked = positional[: len(positional) - len(node.args.defaults)]
    asked += [
        one
        for one, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
        if default is None
    ]
    everything = [*positional, *node.args.kwonlyargs]
    typed = [one for one in everything if one.annotation or one.arg in ("self", "cls")]

    return Function(
        place=f"{path}:{node.lineno} {node.name}",
        lines=(node.end_lineno or node.lineno) - node.lineno + 1,
        parameters=sum(one.arg not in ("self", "cls") for one in asked),
        public=public,
        annotated=len(typed) == len(everything) and node.returns is not None,
        documented=ast.get_docstring(node) is not None,
    )


def _spread(values: list[int]) -> str:
    nine_tenths = sorted(values)[math.ceil(0.9 * len(values)) - 1]
    return f"{median(values):g}, {nine_tenths}, {max(values)}"


def _share(part: int, whole: int) -> str:
    return f"{part / max(whole, 1):.1%} ({part})"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--src", type=Path, default=ROOT / "src" / "footlights")
    parser.add_argument("--tests", type=Path, default=ROOT / "tests")
    args = parser.parse_args()

    source = read_tree(args.src)
    for name, value in shape(source, read_tree(args.tests)).items():
        print(f"{name:60s} {value}")
    for finding in beyond_limits(source):
        print(finding)


if __name__ == "__main__":
    main()
