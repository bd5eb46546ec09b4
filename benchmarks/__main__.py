"""The command line of the benchmarks: list them, run one, print or write its table."""

from __future__ import annotations

import argparse
import ast
import importlib
import importlib.util
import sys
from pathlib import Path

from benchmarks import BENCHMARKS
from benchmarks.table import to_json, to_text


def main(arguments: list[str] | None = None) -> int:
    """Return 0 when the benchmark ran, 1 when something it needs is missing."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", nargs="?", choices=BENCHMARKS, help="the benchmark to run")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the table as JSON")
    parser.add_argument("--network", metavar="KEY", help="measure this network only")
    options, rest = parser.parse_known_args(arguments)
    if options.name is None:
        if rest:
            parser.error(f"unrecognized arguments: {' '.join(rest)}")
        width = max(map(len, BENCHMARKS))
        for name, module in BENCHMARKS.items():
            print(f"{name:{width}}  {summary(module)}")
        return 0
    try:
        module = importlib.import_module(BENCHMARKS[options.name])
    except ModuleNotFoundError as error:
        print(
            f"The benchmark {options.name} needs {error.name}, which is not installed: "
            f"pip install -r benchmarks/requirements.txt",
            file=sys.stderr,
        )
        return 1
    own = argparse.ArgumentParser(prog=f"python -m benchmarks {options.name}")
    getattr(module, "arguments", lambda parser: None)(own)
    chosen = vars(own.parse_args(rest))
    if options.network is not None:
        measured = getattr(module, "MEASURED", ())
        if options.network not in measured:
            parser.error(f"--network must be one of: {', '.join(measured) or 'none here'}")
        chosen["network"] = options.network
    rows = module.run(**chosen)
    print(to_text(rows))
    if options.json:
        options.json.write_text(to_json(rows) + "\n", encoding="utf-8")
    return 0


def summary(module: str) -> str:
    """Return the first line of a module's docstring without importing it and its peers."""
    source = Path(importlib.util.find_spec(module).origin).read_text(encoding="utf-8")
    return ast.get_docstring(ast.parse(source)).splitlines()[0]


if __name__ == "__main__":
    sys.exit(main())
