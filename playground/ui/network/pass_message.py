"""What a picture became in every layer, at a glance, and the answer, as the browser is told."""

from __future__ import annotations

import numpy as np

from playground.ui.components import pack
from playground.ui.message import Parcel
from playground.ui.network.compute import Pass
from playground.ui.network.inputs import Taken
from playground.ui.network.subjects import Opened
from playground.ui.network.verdict import verdict


def pass_message(subject: Opened, taken: Taken, made: Pass, digest: str) -> bytes:
    """The picture as the network sees it, a tiny map of every layer, and the outputs."""
    parcel = Parcel()
    picture, rgb = taken.shown, len(taken.shown) == 3
    codes = np.ascontiguousarray(picture.transpose(1, 2, 0)) if rgb else picture[0]
    glances = {
        name: {
            **parcel.add_map(each.picture),
            "channel": each.channel,
            "minimum": each.minimum,
            "maximum": each.maximum,
        }
        for name, each in made.glances.items()
    }
    header = {
        "part": "pass",
        "digest": digest,
        "input": {
            "shape": codes.shape[:2],
            "codes": parcel.add(codes),
            "table": "rgb" if rgb else "grey",
        },
        "seen": taken.seen,
        "glances": glances,
        "outputs": verdict(subject, taken, made),
    }
    return pack(header, parcel.arrays)
