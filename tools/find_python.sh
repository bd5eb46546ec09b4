#!/bin/sh
# Print a Python that can create the virtual environment: 3.11 or newer, with venv and pip.
# The only argument, when given and not empty, is the one interpreter to consider.
set -u
incomplete=
for python in ${1:-python3.14 python3.13 python3.12 python3.11 python3 python}; do
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue
    if "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        command -v "$python"
        exit 0
    fi
    incomplete=${incomplete:-$python}
done
if [ -n "$incomplete" ]; then
    echo "$incomplete cannot create a virtual environment: it lacks ensurepip." \
        "On Debian or Ubuntu install it with: sudo apt-get install python3-venv" >&2
else
    echo "No Python 3.11 or newer found${1:+ at $1}." \
        "Install one, or name it: make run PYTHON=/path/to/python3" >&2
fi
exit 1
