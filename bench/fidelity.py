#!/usr/bin/env python3
"""PSNR of scaled pictures against a Lanczos-3 reduction of the full decode in floating point.

usage: fidelity.py SOURCE PICTURE...   prints one line of JSON: {picture: PSNR in dB}
"""

import json
import sys

import numpy as np
from PIL import Image

Image.MAX_IMAGE_PIXELS = None


def main(source, *pictures):
    channels = [Image.fromarray(np.asarray(c).astype(np.float32)) for c in Image.open(source).convert("RGB").split()]
    told = {}
    for path in pictures:
        picture = Image.open(path).convert("RGB")
        scaled = [np.asarray(channel.resize(picture.size, Image.LANCZOS)) for channel in channels]
        reference = np.clip(np.stack(scaled, -1) + 0.5, 0, 255).astype(np.uint8).astype(float)
        told[path] = 10 * np.log10(255**2 / np.mean((np.asarray(picture).astype(float) - reference) ** 2))
    print(json.dumps(told))


main(*sys.argv[1:])
