"""Make assets/networks/imagenet.txt: what the 1,000 classes of ImageNet's challenge are called.

    python -m tools.make_imagenet timm-1.0.31-py3-none-any.whl data.noun

The classes are synsets, sets of synonyms, of WordNet 3.0. The wheel lists their numbers, in the
order in which networks have their outputs; the names are WordNet's own, of its file ``data.noun``
(Debian's package wordnet-base has it), whose form is described in WordNet's manual, wndb(5WN).
The groups of `playground.networks.four_classes` are checked on the way: each is everything that
WordNet puts below one synset.
"""

from __future__ import annotations

import argparse
import re
import zipfile
from pathlib import Path

from playground.networks.four_classes import GROUPS

FILE = Path(__file__).resolve().parent.parent / "assets" / "networks" / "imagenet.txt"
INSIDE = "timm/data/_info/imagenet_synsets.txt"
ABOVE = re.compile(r"@i? (\d{8}) n")
MARGIN = "  "  # before the lines of the licence

HEADER = """\
The classes of the ImageNet Large Scale Visual Recognition Challenge 2012: the number of each one's
synset in WordNet 3.0, and its names there. WordNet's licence follows.
"""


def read_nouns(text: str) -> tuple[str, dict[str, list[str]], dict[str, list[str]]]:
    """Return the licence, and by the number of a synset its names and the synsets above it."""
    licence, names, above = [], {}, {}
    for line in text.splitlines():
        if line.startswith(MARGIN):
            licence.append(line.split(" ", 3)[3] if line.strip() else "")
            continue
        fields = line.partition(" | ")[0]
        number, _, _, count, *rest = fields.split(" ")
        names[number] = [word.replace("_", " ") for word in rest[: 2 * int(count, 16) : 2]]
        above[number] = ABOVE.findall(fields)
    return "\n".join(licence).strip(), names, above


def lies_below(number: str, top: str, above: dict[str, list[str]]) -> bool:
    """Whether a synset is another one, or a kind of it."""
    return number == top or any(lies_below(n, top, above) for n in above[number])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("wheel", type=Path, help="the wheel file of timm 1.0.31")
    parser.add_argument("nouns", type=Path, help="the file data.noun of WordNet 3.0")
    options = parser.parse_args()
    with zipfile.ZipFile(options.wheel) as archive:
        synsets = archive.read(INSIDE).decode("ascii").split()
    licence, names, above = read_nouns(options.nouns.read_text("latin-1"))
    for group in GROUPS:
        below = [k for k, s in enumerate(synsets) if lies_below(s[1:], group.synset[1:], above)]
        if below != list(group.classes):
            raise SystemExit(f"{group.name}: WordNet has {below} there.")
    comment = [f"# {line}".rstrip() for line in f"{HEADER}\n{licence}".splitlines()]
    lines = [f"{synset}\t{', '.join(names[synset[1:]])}" for synset in synsets]
    FILE.write_text("\n".join([*comment, *lines]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
