"""The page's own maths in JavaScript: its tests run in node, as they do by ``node --test``."""

import shutil
import subprocess
from pathlib import Path

import pytest

WEB = Path(__file__).parents[2] / "web"
NODE = shutil.which("node")
TESTS = sorted((WEB / "tests").glob("*.test.mjs"))


@pytest.mark.skipif(NODE is None, reason="no node here: apt install nodejs")
@pytest.mark.parametrize("file", TESTS, ids=[file.name for file in TESTS])
def test_the_maths_of_the_page_in_node(file):
    words = [str(NODE), "--test", "--test-reporter=tap", str(file)]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert "# fail 0" in done.stdout and "# pass 0" not in done.stdout


def test_every_module_without_three_has_a_test_in_node():
    light = [file for file in WEB.glob("*.js") if 'from "three' not in file.read_text("utf-8")]
    assert {file.stem for file in light} == {file.name.removesuffix(".test.mjs") for file in TESTS}
