# make dance   dances for the bundled song, or for SONG=path, into the folder dances
# make test    everything the tests need, then the tests
# Both set up .venv first; a second run finds it ready.

PYTHON ?= python3
SONG ?=
override SONG := $(value SONG)
export SONG

PIP = .venv/bin/python -m pip --disable-pip-version-check install --quiet
SOURCES = pyproject.toml hatch_build.py $(wildcard web/*.js web/*.mjs web/*.json)

.PHONY: dance test clean

dance: .venv/ready
	@song=$${SONG:-$$(.venv/bin/python -c "from footlights.music import bundled_song; print(bundled_song())")} && \
	.venv/bin/footlights dance "$$song" -o dances --force

test: .venv/ready-to-test
	OMP_NUM_THREADS=1 .venv/bin/python -m pytest -n 2

clean:
	rm -rf .venv

.venv/ready: $(SOURCES) | .venv/bin/pip
	@echo "Installing footlights and what it needs into .venv (600 MB, a minute or two the first time)"
	@$(PIP) --editable .
	@touch $@

.venv/ready-to-test: .venv/ready tools/install_torch.sh
	@echo "Installing torch and the test tools into .venv (900 MB more)"
	@sh tools/install_torch.sh .venv/bin/python
	@$(PIP) --editable '.[train,dev]'
	@touch $@

.venv/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	{ echo "footlights needs Python 3.11 or newer: sudo apt install python3 python3-venv, or name yours: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	{ echo "This Python cannot make virtual environments: sudo apt install python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv .venv
