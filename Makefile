# make dance         dances for the bundled song, or for SONG=path, into the folder dances
# make test          everything the tests need, then the tests
# make check         style and types
# make constraints   the newest versions of everything, tested, become those of constraints.txt
# All set up .venv first; a second run finds it ready.

PYTHON ?= python3
SONG ?=
override SONG := $(value SONG)
export SONG

# More words for pytest, as in TEST_OPTIONS="-k N1".
TEST_OPTIONS ?=
CONSTRAINTS ?= constraints.txt

PIP = .venv/bin/python -m pip --disable-pip-version-check install --quiet \
	$(addprefix --constraint ,$(CONSTRAINTS))
SOURCES = pyproject.toml hatch_build.py $(CONSTRAINTS) $(wildcard web/*.js web/*.mjs web/*.json)

.PHONY: dance test check constraints clean

dance: .venv/ready
	@song=$${SONG:-$$(.venv/bin/python -c "from footlights.music import bundled_song; print(bundled_song())")} && \
	.venv/bin/footlights dance "$$song" -o dances --force

test: .venv/ready-to-test
	OMP_NUM_THREADS=1 .venv/bin/python -m pytest -n 2 $(TEST_OPTIONS)

check: .venv/ready-to-test
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy

constraints: clean
	@$(MAKE) CONSTRAINTS= test
	@{ sed -n '/^#/p' constraints.txt; \
	.venv/bin/python -m pip freeze --exclude-editable | grep == | sed 's/+cpu//' | LC_ALL=C sort -f; } > constraints.new
	@mv constraints.new constraints.txt

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
