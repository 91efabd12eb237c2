"""What the pages name is there: modules, files, and the pages that they send a reader to."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
LINK = re.compile(r"\]\(([^)#\s]+)(?:#([\w-]+))?\)")


def anchors(page: Path) -> set[str]:
    """What a link may end with to lead to a heading of ``page``."""
    heads = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", head).strip().lower().replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_of_a_page_leads_somewhere(page):
    lost = []
    for target, anchor in LINK.findall(page.read_text(encoding="utf-8")):
        if re.match(r"https?:|mailto:", target):
            continue
        file = page.parent / target
        if not file.exists() or (anchor and anchor not in anchors(file)):
            lost.append(target)
    assert not lost


def test_every_module_that_the_plan_of_the_house_names_is_there():
    plan = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
    modules = set(re.findall(r"`(\w+/[\w/]+\.(?:py|toml))`", plan))
    places = (ROOT, ROOT / "src" / "footlights")
    assert not [name for name in modules if not any((root / name).is_file() for root in places)]
    assert len(modules) > 40
