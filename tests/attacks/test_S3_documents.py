"""S3 for what is read beside motions: lists, votes, configs, kept results, songs."""

import pytest

from document_specimens import DOCUMENTS
from fuzzing import QUICK, check_seeds, on_linux

pytestmark = on_linux


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_S3_damaged_documents_end_well(tmp_path, kind):
    check_seeds(kind, range(QUICK), tmp_path)
