#!/usr/bin/env python3
"""How close scaled pictures come to a Lanczos-3 reduction of the full decode in floating point.

usage: fidelity.py SOURCE PICTURE...
prints one line of JSON: {picture: {"psnr": dB, "ssim": 0 to 1}}; of animations the mean over their frames
"""

import json
import sys

import numpy as np
from PIL import Image, ImageSequence
from skimage.metrics import structural_similarity

Image.MAX_IMAGE_PIXELS = None


def frames(path):
    return [frame.convert("RGB") for frame in ImageSequence.Iterator(Image.open(path))]


def reference(source, size):
    channels = [Image.fromarray(np.asarray(c).astype(np.float32)) for c in source.split()]
    scaled = [np.asarray(channel.resize(size, Image.LANCZOS)) for channel in channels]
    return np.clip(np.stack(scaled, -1) + 0.5, 0, 255).astype(np.uint8)


def main(source, *pictures):
    sources, told = frames(source), {}
    for path in pictures:
        scaled = frames(path)
        assert len(scaled) == len(sources), f"{path} has {len(scaled)} frames"
        psnr, ssim = [], []
        for original, picture in zip(sources, scaled):
            wanted, given = reference(original, picture.size), np.asarray(picture)
            psnr.append(10 * np.log10(255**2 / np.mean((given.astype(float) - wanted) ** 2)))
            ssim.append(structural_similarity(wanted, given, channel_axis=-1))
        told[path] = {"psnr": float(np.mean(psnr)), "ssim": float(np.mean(ssim))}
    print(json.dumps(told))


main(*sys.argv[1:])
