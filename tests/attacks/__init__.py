"""Makers of hostile motion files: each writes one that must be refused, fast, without memory."""

from collections.abc import Callable
from pathlib import Path
from types import FunctionType

from . import gltf_files, odd_files, pickle_files, tensor_files, text_files, zip_files

_MODULES = (text_files, zip_files, pickle_files, gltf_files, tensor_files, odd_files)

# By name: everything public in these modules that makes a file in a folder.
ATTACKS: dict[str, Callable[[Path], Path]] = {
    name: make
    for module in _MODULES
    for name, make in vars(module).items()
    if isinstance(make, FunctionType)
    and make.__module__ == module.__name__
    and not name.startswith("_")
}
