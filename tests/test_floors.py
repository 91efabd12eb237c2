"""The house stands: rooms import downwards only, without circles, and the base needs no torch."""

import ast
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import footlights

HOUSE = Path(footlights.__file__).parent
ROOT = Path(__file__).parents[1]
ROOMS = list(tomllib.loads((ROOT / "docs" / "rooms.toml").read_text(encoding="utf-8"))["rooms"])
DOORS = ("", "__main__")  # the front door and `python -m footlights` stand outside the rooms
TORCH = {
    *(f"generators/diffusion/{name}.py" for name in ("model", "loss", "task", "export")),
    *(f"learning/{name}.py" for name in ("checkpoint", "device", "ema", "export", "run")),
}


def sources() -> list[Path]:
    return sorted(HOUSE.rglob("*.py"))


def name_of(file: Path) -> str:
    """Dotted, without "footlights."; the front door is empty."""
    parts = file.relative_to(HOUSE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room_of(module: str) -> str:
    return module.partition(".")[0]


def is_module(name: str) -> bool:
    place = HOUSE.joinpath(*name.split("."))
    return place.with_suffix(".py").is_file() or (place / "__init__.py").is_file()


def imported(file: Path, lazily: bool) -> set[str]:
    """Names that a file imports, ours with a leading dot; ``lazily``: inside functions too.

    What only a type checker imports is no import.
    """
    package = [part for part in name_of(file).split(".") if part]
    if file.name != "__init__.py":
        package = package[:-1]

    names: set[str] = set()
    for node in running(ast.parse(file.read_text(encoding="utf-8")), lazily):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add(node.module or "")
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) + 1 - node.level]
            base = ".".join([*above, *filter(None, [node.module])])
            whole = [f"{base}.{alias.name}".strip(".") for alias in node.names]
            names |= {"." + (name if is_module(name) else base) for name in whole}
    return names


def running(node: ast.AST, lazily: bool):
    """The statements below ``node`` that run, in functions only when they are asked for."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
            continue
        if isinstance(child, ast.FunctionDef) and not lazily:
            continue
        yield child
        yield from running(child, lazily)


def test_the_rooms_are_those_of_the_plan():
    there = {room_of(name_of(file)) for file in sources()} - set(DOORS)
    assert there == set(ROOMS)


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_downwards(room):
    below = ROOMS[: ROOMS.index(room) + 1]
    upwards = [
        f"{file.relative_to(HOUSE)} looks up to {name[1:]}"
        for file in sources()
        if room_of(name_of(file)) == room
        for name in imported(file, lazily=True)
        if name.startswith(".") and name != "." and room_of(name[1:]) not in below
    ]
    assert not upwards


def test_no_circle_of_imports_between_modules_not_even_a_lazy_one():
    graph = {
        name_of(file): {n[1:] for n in imported(file, lazily=True) if n.startswith(".")}
        for file in sources()
        if name_of(file) not in DOORS
    }
    done: set[str] = set()

    def walk(name: str, path: tuple[str, ...]) -> None:
        assert name not in path, f"circle: {' -> '.join([*path[path.index(name) :], name])}"
        if name in done:
            return
        for other in graph.get(name, ()):
            # A module of a package may use what the package's own file defines.
            if other and other != name:
                walk(other, (*path, name))
        done.add(name)

    for name in graph:
        walk(name, ())
    assert len(done) > 150


def test_only_the_training_modules_need_torch():
    light = [file for file in sources() if file.relative_to(HOUSE).as_posix() not in TORCH]
    for file in light:
        heads = {name.partition(".")[0] for name in imported(file, lazily=False)}
        assert not heads & {"torch", "onnx", "tensorboard"}, file
    assert len(light) == len(sources()) - len(TORCH)


def test_P3_everything_but_training_can_be_imported_without_torch():
    heavy = {name.removesuffix(".py").replace("/", ".") for name in TORCH}
    names = [
        f"footlights.{name}"
        for name in map(name_of, sources())
        if name not in DOORS and name not in heavy
    ]
    code = (
        "import importlib, sys; sys.modules['torch'] = None\n"
        f"for name in {names!r}: importlib.import_module(name)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("command", ["", "dance", "doctor", "models", "view"])
def test_help_imports_nothing_heavy(command):
    heavy = ("numpy", "scipy", "numba", "torch", "onnxruntime", "av", "soundfile", "rich")
    words = [command, "--help"] if command else ["--help"]
    code = (
        f"import sys; from footlights.cli import main; main({words!r}); "
        f"print(*[m for m in {heavy} if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    lines = run.stdout.splitlines()
    assert lines[0].startswith("usage: footlights") and lines[-1] == ""


def test_files_and_songs_are_read_without_the_compiler(tmp_path):
    """It takes a second and sixty megabytes, in every worker that converts."""
    code = (
        "import sys; from footlights import formats, music; import footlights.pipeline.convert; "
        "from canaries import stepping; from pathlib import Path\n"
        f"path = Path({str(tmp_path)!r})\n"
        "for name in ('a.bvh', 'a.glb', 'a.npz', 'a.amass.npz'):\n"
        "    formats.write(stepping(0.5), path / name); formats.read(path / name)\n"
        "assert 'numba' not in sys.modules and 'scipy' not in sys.modules"
    )
    path = os.pathsep.join([str(HOUSE.parent), str(ROOT / "tests")])
    environment = {**os.environ, "PYTHONPATH": path}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)


def test_the_plan_in_the_docs_is_the_one_that_is_held():
    drawn = subprocess.run(
        [sys.executable, ROOT / "tools" / "draw_rooms.py"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert drawn in (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
