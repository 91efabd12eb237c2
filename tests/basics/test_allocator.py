"""What is let go of is given back, whatever went before."""

import subprocess
import sys
from pathlib import Path

import pytest

# Large arrays that go one after the other raise the C library's own limit; what stays in between
# then keeps it from giving anything back.
PROGRAM = """
import os, numpy as np
from footlights.basics.allocator import give_back_large_arrays
give_back_large_arrays()
def held():
    return int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGESIZE") / 1e6
for _ in range(3):
    large = np.ones(24 << 17); del large
before = held()
arrays = [np.ones(8 << 17) for _ in range(10)]
small = [np.ones(64) for _ in range(1000)]
del arrays
print(held() - before)
"""


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read the Linux way")
def test_R4_arrays_that_go_are_given_back_to_the_system():
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60, check=True
    )
    assert float(run.stdout) < 10, "of 80 megabytes"
