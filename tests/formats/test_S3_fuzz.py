"""S3: any bytes given to any reader end in a result or a FootlightsError.

Within ten seconds of processor time and a gigabyte. Every run damages 300 files a reader,
``python tools/long_fuzz.py`` 10,000. A seed that failed is seen alone by ``python tests/reading.py
--mutate KIND SEED SEED+1 DIR``.
"""

import pytest

import specimens
from fuzzing import QUICK, check_seeds, on_linux

pytestmark = on_linux


@pytest.mark.parametrize("kind", specimens.READERS)
def test_S3_damaged_files_end_well(tmp_path, kind):
    check_seeds(kind, range(QUICK), tmp_path)
