#!/bin/sh
# install_torch.sh PYTHON: puts the CPU build of torch 2.13 into PYTHON's environment, and never a CUDA package.
# Tried in this order: what is there, a local wheel folder (pip's find-links), the CPU index, the usual index if its build is small.
set -eu

python=$1
index=${TORCH_INDEX:-https://download.pytorch.org/whl/cpu}
wanted='torch==2.13.*'

pip() { "$python" -m pip --disable-pip-version-check "$@"; }

present() { "$python" -c 'from importlib.metadata import version; assert version("torch").startswith("2.13.")' 2>/dev/null; }

brings_cuda() {
    pip install --quiet --dry-run --report - --only-binary :all: "$wanted" | "$python" -c '
import json, re, sys
names = [item["metadata"]["name"].lower() for item in json.load(sys.stdin)["install"]]
sys.exit(not any(re.match("nvidia|cuda|triton", name) for name in names))'
}

if present; then exit 0; fi
if pip install --quiet --no-index --no-deps 'torch==2.13.0+cpu' 2>/dev/null; then exit 0; fi
if pip install --quiet --retries 1 --timeout 20 --index-url "$index" "$wanted"; then exit 0; fi
if brings_cuda; then
    echo "No CPU build of torch 2.13 can be reached, only one of several GB for CUDA; name an index that has it: make test TORCH_INDEX=..." >&2
    exit 1
fi
pip install --quiet --only-binary :all: "$wanted"
