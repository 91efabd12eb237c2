"""What each dependency weighs on disk, for docs/design.md.

    .venv/bin/python tools/dependency_sizes.py

Megabytes of the files that pip installed for it, and of what comes only because of it.
"""

import re
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

ROOT = Path(__file__).parents[1]


def installed(name: str) -> bool:
    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return True


def megabytes(name: str) -> float:
    files = distribution(name).files or []
    paths = (Path(str(file.locate())) for file in files)
    return sum(path.stat().st_size for path in paths if path.is_file()) / 1e6


def closure(name: str) -> set[str]:
    """A package and all that it needs here, by normal name."""
    names, waiting = set(), [normal(name)]
    while waiting:
        one = waiting.pop()
        if one in names or not installed(one):
            continue
        names.add(one)
        required = distribution(one).requires or []
        waiting += [normal(word) for word in required if "extra ==" not in word]
    return names


def normal(requirement: str) -> str:
    """The name in a requirement, as indexes spell it."""
    return re.sub(r"[-_.]+", "-", re.split(r"[ ;<>=!~\[(]", requirement)[0]).lower()


def main() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = {"run time": project["dependencies"], **project["optional-dependencies"]}
    known: set[str] = set()
    for group, requirements in groups.items():
        needed = {normal(one): closure(normal(one)) for one in requirements}
        everything = set().union(*needed.values()) - known
        print(f"{group}: {sum(map(megabytes, everything)):.0f} MB")
        for name, mine in needed.items():
            others = set().union(*(needed[other] for other in needed if other != name))
            alone = mine - known - (others - {name})
            more = ", ".join(sorted(alone - {name}))
            print(f"  {name:18} {sum(map(megabytes, alone)):6.1f} MB {more}")
        known |= everything


if __name__ == "__main__":
    main()
