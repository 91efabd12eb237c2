"""``footlights data``: what cannot be built leaves nothing behind."""

import pytest

from footlights.cli import main


@pytest.mark.parametrize("kind", ["folder", "manifest", "aist"])
def test_data_that_cannot_be_built_leave_no_folder(kind, tmp_path):
    (tmp_path / "empty").mkdir()
    source, out = tmp_path / "empty", tmp_path / "built"
    words = ["data", "build", "--source", str(source), "--format", kind, "-o", str(out)]
    assert main(words) == 2 and not out.exists()
