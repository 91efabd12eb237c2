"""The house stands: rooms import downwards only, without circles, and the base needs no torch."""

import ast
import subprocess
import sys
from pathlib import Path

import footlights

HOUSE = Path(footlights.__file__).parent
FLOORS = {
    **dict.fromkeys(("errors", "atomic", "progress", "compiled", "workers", "footlights"), 0),
    **dict.fromkeys(("rotations", "skeleton"), 1),
    **dict.fromkeys(("motion", "body", "music"), 2),
    **dict.fromkeys(
        ("formats", "retargeting", "contacts", "calibration", "planting", "naming", "ik", "rig", "twist", "leaning"), 3
    ),
    **dict.fromkeys(("bonemap", "shape", "leaning", "flesh", "clearing", "hinges", "robot"), 3),
    **dict.fromkeys(("metrics", "physics", "cleanup", "character"), 4),
    **dict.fromkeys(("data", "rewards", "evaluation", "scoring"), 5),
    "generators": 6,
    "tuning": 7,
    **dict.fromkeys(("show", "studio", "checkup"), 8),
    **dict.fromkeys(("cli", "__main__"), 9),
}
TORCH = {f"generators/diffusion/{name}.py" for name in ("model", "loss", "train", "export")}


def sources() -> list[Path]:
    return sorted(HOUSE.rglob("*.py"))


def room_of(module: str) -> str:
    """The room of a module's dotted name below footlights; the front door itself is "footlights"."""
    return module.partition(".")[0] or "footlights"


def name_of(file: Path) -> str:
    parts = file.relative_to(HOUSE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(file: Path, everywhere: bool) -> set[str]:
    """Dotted names that the file imports, our own without "footlights."; everywhere: inside functions too."""
    package = name_of(file).split(".") if file.name == "__init__.py" else name_of(file).split(".")[:-1]
    package = [part for part in package if part]
    names: set[str] = set()
    tree = ast.parse(file.read_text(encoding="utf-8"))
    nodes = ast.walk(tree) if everywhere else iter(tree.body)
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add(node.module or "")
        elif isinstance(node, ast.ImportFrom):
            above = ["", *package][: len(package) + 2 - node.level]
            base = ".".join([*above[1:], *filter(None, [node.module])])
            whole = [f"{base}.{alias.name}".strip(".") for alias in node.names]
            names |= {"." + (name if is_module(name) else base) for name in whole}
    return names


def is_module(name: str) -> bool:
    place = HOUSE.joinpath(*name.split("."))
    return place.with_suffix(".py").is_file() or (place / "__init__.py").is_file()


def test_every_room_is_on_a_floor():
    rooms = {room_of(name_of(file)) for file in sources()}
    assert rooms <= set(FLOORS), "a new room needs a floor"


def test_rooms_import_only_downwards():
    for file in sources():
        mine = FLOORS[room_of(name_of(file))]
        for name in imported(file, everywhere=True):
            if name.startswith("."):
                assert FLOORS[room_of(name[1:])] <= mine, f"{file.relative_to(HOUSE)} looks up to {name[1:]}"


def test_no_circle_of_imports_between_modules():
    graph = {name_of(file): {n[1:] for n in imported(file, everywhere=False) if n.startswith(".")} for file in sources()}
    done: set[str] = set()

    def walk(name: str, path: tuple[str, ...]) -> None:
        assert name not in path, f"circle: {' -> '.join([*path[path.index(name) :], name])}"
        if name not in done:
            for other in graph.get(name, ()):
                if other and other != name:
                    walk(other, (*path, name))
            done.add(name)

    for name in graph:
        if name:
            walk(name, ())


def test_only_the_training_modules_need_torch():
    for file in sources():
        heads = {name.partition(".")[0] for name in imported(file, everywhere=False)}
        if str(file.relative_to(HOUSE)) not in TORCH:
            assert not heads & {"torch", "onnx", "tensorboard"}, file


def test_P3_everything_but_training_can_be_imported_without_torch():
    skipped = {name.removesuffix(".py").replace("/", ".") for name in TORCH}
    names = [f"footlights.{name}" for name in map(name_of, sources()) if name not in ("", "__main__") and name not in skipped]
    code = f"import importlib, sys; sys.modules['torch'] = None\nfor name in {names!r}: importlib.import_module(name)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_help_imports_nothing_heavy():
    heavy = ("numpy", "scipy", "numba", "torch", "onnxruntime", "av", "soundfile", "rich")
    for words in (["--help"], ["dance", "--help"], ["doctor", "--help"], ["models", "--help"], ["view", "--help"]):
        code = f"import sys; from footlights.cli import main; main({words!r}); print(*[m for m in {heavy} if m in sys.modules])"
        lines = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.splitlines()
        assert lines[0].startswith("usage: footlights") and lines[-1] == "", words
