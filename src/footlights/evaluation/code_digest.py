"""A digest of the code that a result depends on: of a module and all it may come to import."""

import ast
import functools
import hashlib
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path

_LIBRARIES = Path(__file__).parents[2]  # the folder that the package footlights lies in


@functools.cache
def code_digest(*modules: str) -> str:
    """Sixteen hex digits that change with any file that results of ``modules`` depend on.

    Read once in a process: code that changes on disk later is not the code that runs.

    Args:
        modules: dotted names, of footlights or of a package that offers a metric.
    """
    files: dict[str, Path] = {}
    for module in modules:
        files |= code_files(module, libraries_of(module))
    return digest_of(files)


def digest_of(files: Mapping[str, Path]) -> str:
    """Sixteen hex digits that change with the name or the bytes of any of the files."""
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(name.encode() + b"\0" + files[name].read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def code_files(module: str, libraries: Path) -> dict[str, Path]:
    """The files that results of a module depend on, by name.

    They are its import closure within its own package, imports inside functions included, and the
    package's assets that the closure names. What only a type checker imports does not count, and of
    the packages above a module only those that something is imported from: others run, but only
    offer their members to people. Other people's packages count as little as the version of Python
    does.

    Args:
        module: dotted name.
        libraries: the folder in which its package lies.
    """
    package = module.partition(".")[0]
    files: dict[str, Path] = {}
    waiting = [module]

    while waiting:
        name = waiting.pop()
        file = _file_of(name, libraries)
        if file is None or name in files:
            continue
        files[name] = file
        tree = ast.parse(file.read_bytes())
        imported = _imported(name, file, tree, libraries)
        waiting += [other for other in imported if other.partition(".")[0] == package]
        files |= _assets(tree, libraries / package / "assets")
    return files


def libraries_of(module: str) -> Path:
    """The folder that the package of a module lies in; it need not exist for what is built in."""
    package = module.partition(".")[0]
    if package == __name__.partition(".")[0]:
        return _LIBRARIES
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        return Path("built in")
    # A package's origin is its __init__.py, one folder further down than a single module's file.
    return Path(spec.origin).parents[1 if spec.submodule_search_locations else 0]


def _file_of(name: str, libraries: Path) -> Path | None:
    place = libraries.joinpath(*name.split("."))
    files = (place / "__init__.py", place.with_name(f"{place.name}.py"))
    return next((file for file in files if file.is_file()), None)


def _imported(name: str, file: Path, tree: ast.AST, libraries: Path) -> Iterator[str]:
    """Dotted names of the modules that a module imports, and perhaps of some that are none."""
    is_package = file.name == "__init__.py"
    around = name if is_package else name.rpartition(".")[0]

    for node in _running(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = around.split(".")
            base = ".".join(parents[: len(parents) + 1 - node.level]) if node.level else ""
            source = ".".join(filter(None, [base, node.module]))
            for alias in node.names:
                member = f"{source}.{alias.name}"
                yield member if _file_of(member, libraries) else source

    # A registry imports its members by name. The front door does, too, but opens other rooms for
    # people only: no room looks up to it.
    if "." in name and "import_module" in _names(tree):
        yield from (f"{around}.{text}" for text in _texts(tree) if text.isidentifier())


def _running(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
            continue
        yield child
        yield from _running(child)


def _assets(tree: ast.AST, folder: Path) -> dict[str, Path]:
    """The files of the folder that a module names: "body.npz", or "assets/body.npz"."""
    names = {text.removeprefix("assets/") for text in _texts(tree)}
    return {f"assets/{n}": folder / n for n in names if _plain(n) and (folder / n).is_file()}


def _plain(text: str) -> bool:
    """Whether a text may be a file's name: anything else is not asked of the file system."""
    return 0 < len(text) < 64 and "." in text and "\n" not in text and "\0" not in text


def _names(tree: ast.AST) -> set[str]:
    nodes = list(ast.walk(tree))
    return {n.id for n in nodes if isinstance(n, ast.Name)} | {
        n.attr for n in nodes if isinstance(n, ast.Attribute)
    }


def _texts(tree: ast.AST) -> set[str]:
    constants = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return {value for value in constants if isinstance(value, str)}
