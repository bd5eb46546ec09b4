# Short spellings of commands that README.md also gives in full.
#
#   make run    [PORT=8501] [ADDRESS=localhost]   start the app
#   make test   [ARGS="-m 'not browser'"]         run the tests
#   make fuzz   [ARGS="--door pictures"]          bring 950,000 bad files and messages in
#   make lint                                     check style and format
#   make bench  [NAME=conv2d]                     list the benchmarks, or run one
#   make cluster [REPLICAS=3] [PORT=8600]         several processes behind nginx
#   make settings                                 every setting and what it is now
#   make clean                                    remove what these commands made
#
# PYTHON=/path/to/python3 chooses the interpreter of a new environment.

PYTHON =
PORT = 8501
ADDRESS = localhost
REPLICAS = 3
NAME =
ARGS =
PIP = -m pip install --quiet --disable-pip-version-check

help:
	@sed -n 's/^#   //p' Makefile

run: .venv/.ready
	@exec .venv/bin/python tools/serve.py --port $(PORT) --address $(ADDRESS)

test: .venv/.ready-to-test
	@.venv/bin/python tools/find_browser.py --install
	@.venv/bin/python -m pytest -n 4 --dist loadfile $(ARGS)

fuzz: .venv/.ready-to-test
	@.venv/bin/python -m tests.fuzz $(ARGS)

lint: .venv/.ready-to-test
	.venv/bin/python -m ruff check .
	.venv/bin/python -m ruff format --check .

bench: .venv-bench/.ready
	@.venv-bench/bin/python -m benchmarks $(NAME)

cluster: PORT = 8600
cluster: .venv/.ready
	@.venv/bin/python deploy/local.py --replicas $(REPLICAS) --port $(PORT)

settings: .venv/.ready
	@.venv/bin/python -m playground.limits

clean:
	rm -rf .venv .venv-bench .pytest_cache .ruff_cache .hypothesis output
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# pip is the last thing that venv installs, so a half-made environment is made again.
%/bin/pip:
	@python=$$(sh tools/find_python.sh "$(PYTHON)") && echo "Creating $* with $$python" && "$$python" -m venv --clear $*

.venv/.ready: requirements.txt | .venv/bin/pip
	@echo "Installing requirements.txt (about a minute the first time)"
	@.venv/bin/python $(PIP) -r requirements.txt && touch $@

.venv/.ready-to-test: tests/requirements.txt .venv/.ready
	@echo "Installing tests/requirements.txt"
	@.venv/bin/python $(PIP) -r tests/requirements.txt && touch $@

.venv-bench/.ready: requirements.txt benchmarks/requirements.txt | .venv-bench/bin/pip
	@echo "Installing requirements.txt and benchmarks/requirements.txt"
	@.venv-bench/bin/python $(PIP) -r requirements.txt -r benchmarks/requirements.txt && touch $@

.PHONY: help run test fuzz lint bench cluster settings clean
.PRECIOUS: %/bin/pip
