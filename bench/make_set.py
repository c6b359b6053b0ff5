#!/usr/bin/env python3
"""Makes the work set: photographs of 6 and 24 megapixels, a mark, an animation, the same bytes each time.

usage: make_set.py OUT_DIR

Cameras' files of that size are not in any package, so real photographs (those scikit-image ships) are laid side by side,
mirrored where they repeat. Nothing is scaled up: enlarging would smooth away the detail that a decoder has to work for,
and a little sensor noise brings the entropy to that of a camera's file.
"""

import sys
from pathlib import Path

import numpy as np
import skimage
from PIL import Image, ImageDraw, ImageFilter

Image.MAX_IMAGE_PIXELS = None
PHOTOS = Path(skimage.__file__).parent / "data"
OUT = Path(sys.argv[1])
RANDOM = np.random.default_rng(7)


def photo(name):
    return Image.open(PHOTOS / name).convert("RGB")


def wall(photos, width, height):
    """Rows of photographs until the wall is covered; each row takes the height of its first one."""
    canvas = Image.new("RGB", (width, height))
    top = hung = 0
    while top < height:
        left, row_height = 0, None
        while left < width:
            picture = photos[hung % len(photos)]
            if hung // len(photos) % 2:
                picture = picture.transpose(Image.FLIP_LEFT_RIGHT)
            row_height = row_height or picture.height
            if picture.height > row_height:
                picture = picture.resize((picture.width * row_height // picture.height, row_height), Image.LANCZOS)
            picture = picture.crop((0, 0, picture.width, min(picture.height, row_height)))
            canvas.paste(picture, (left, top))
            left += picture.width
            hung += 1
        top += row_height
    return canvas


def noisy(image, sigma):
    values = np.asarray(image).astype(np.float32)
    values += RANDOM.normal(0, sigma, values.shape).astype(np.float32)
    return Image.fromarray(np.clip(values + 0.5, 0, 255).astype(np.uint8))


def mark(width, height):
    """A badge with soft edges, so that blending has every alpha to do."""
    shape = Image.new("L", (width, height))
    ImageDraw.Draw(shape).rounded_rectangle((12, 12, width - 12, height - 12), 20, fill=200)
    badge = Image.new("RGBA", (width, height), (255, 255, 255, 255))
    badge.putalpha(shape.filter(ImageFilter.GaussianBlur(4)))
    return badge


def pan(image, count, width, height):
    """A camera that wanders over a photograph."""
    return [image.crop((40 * i, 25 * i, 40 * i + width, 25 * i + height)) for i in range(count)]


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    names = ["retina.jpg", "hubble_deep_field.jpg", "astronaut.png", "ihc.png", "rocket.jpg", "coffee.png", "chelsea.png"]
    photos = [photo(name) for name in names]
    # Odd sides on purpose: only they show whether a scaled decode is resized from its exact extent.
    base = wall(photos, 2725, 2225)
    noisy(base, 1.0).save(OUT / "6mp.jpg", quality=80, subsampling=2)
    noisy(wall([base, *photos], 6000, 4000), 3.0).save(OUT / "24mp.jpg", quality=93, subsampling=2)
    mark(240, 90).save(OUT / "mark.png")
    first, *others = pan(base, 16, 800, 533)
    first.save(OUT / "anim.gif", save_all=True, append_images=others, duration=80, loop=0)
    for path in sorted(OUT.iterdir()):
        image = Image.open(path)
        print(f"{path.name:10} {image.width}x{image.height} {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
