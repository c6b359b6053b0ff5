#!/usr/bin/env python3
"""Makes every picture in testdata/images, the same bytes each time.

    python3 -m venv .tools/fixtures
    .tools/fixtures/bin/pip install -r testdata/requirements.txt
    .tools/fixtures/bin/python testdata/make_fixtures.py [NAME...]

Photographs come from scikit-image's package (testdata/images/LICENCES.md), drawings from here. The encoders are
Pillow's, so a fixture never depends on the code it tests. The table in spec/ci/coverage.md says what each must be.
"""

import io
import sys
from pathlib import Path

import numpy as np
import segno
import skimage
from PIL import Image, ImageDraw, PngImagePlugin
from PIL.TiffImagePlugin import IFDRational

import fixture_bytes as raw

OUT = Path(__file__).parent / "images"
PHOTOS = Path(skimage.__file__).parent / "data"
EXIF_ORIENTATION = 0x0112
FIXTURES = {}


def fixture(*names):
    """Registers a function that returns the bytes of one file, or of each of `names` when called with it."""

    def register(make):
        for name in names:
            FIXTURES[name] = (lambda n=name: make(n)) if len(names) > 1 else make
        return make

    return register


def photo(name, box=None):
    image = Image.open(PHOTOS / name).convert("RGB")
    return image.crop(box) if box else image


def encode(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def jpeg(image, quality, **options):
    return encode(image, "JPEG", quality=quality, **options)


def png(image, **options):
    return encode(image, "PNG", optimize=True, **options)


# Photographs ------------------------------------------------------------------------------------------------------


@fixture("land_640x427.jpg")
def land():
    return jpeg(photo("rocket.jpg"), 75)


@fixture("wide_1000x500.jpg")
def wide():
    return jpeg(photo("hubble_deep_field.jpg", (0, 120, 1000, 620)), 80)


@fixture("tall_500x1000.jpg")
def tall():
    return jpeg(photo("retina.jpg", (455, 205, 955, 1205)), 80)


@fixture("hd_1200x900.jpg")
def hd():
    return jpeg(photo("retina.jpg", (105, 255, 1305, 1155)), 85)


@fixture("cat_450x300.jpg")
def cat():
    return jpeg(photo("chelsea.png", (0, 0, 450, 300)), 90, subsampling=0)


@fixture("portrait_764x440.jpg")
def portrait():
    return jpeg(photo("astronaut.png", (130, 0, 512, 220)).resize((764, 440), Image.LANCZOS), 88)


@fixture("grayj_320x240.jpg")
def gray_jpeg():
    return jpeg(photo("coffee.png", (100, 60, 420, 300)).convert("L"), 85)


@fixture("cmyk_320x240.jpg")
def cmyk_jpeg():
    return jpeg(photo("coffee.png", (100, 60, 420, 300)).convert("CMYK"), 85)


@fixture("progressive_320x240.jpg")
def progressive_jpeg():
    return jpeg(photo("coffee.png", (100, 60, 420, 300)), 85, progressive=True)


@fixture("photo_160x120.bmp")
def bmp():
    return encode(photo("coffee.png", (100, 60, 420, 300)).resize((160, 120)), "BMP")


@fixture("photo_160x120.tiff")
def tiff():
    image = photo("coffee.png", (100, 60, 420, 300)).resize((160, 120))
    return encode(image, "TIFF", compression="tiff_adobe_deflate")


@fixture("photo_160x120.avif")
def avif():
    return encode(photo("coffee.png", (100, 60, 420, 300)).resize((160, 120)), "AVIF", quality=60, max_threads=1)


@fixture("photo_320x240.webp")
def webp():
    return encode(photo("coffee.png", (100, 60, 420, 300)), "WEBP", quality=80)


@fixture("truncated.jpg")
def truncated():
    whole = land()
    return whole[: len(whole) // 2]


# Drawings ---------------------------------------------------------------------------------------------------------


def gradient(width, height):
    """Red grows to the right, green downwards, blue along the diagonal."""
    x, y = np.meshgrid(np.linspace(0, 255, width), np.linspace(0, 255, height))
    return Image.fromarray(np.dstack([x, y, (x + y) / 2]).round().astype(np.uint8))


def checkerboard(side):
    cells = np.indices((side, side)).sum(axis=0) % 2 * 255
    return Image.fromarray(cells.astype(np.uint8)).convert("RGB")


def quadrants(width, height):
    """Red, green, blue and yellow, clockwise from top left to bottom left (so no two turns look alike)."""
    image = Image.new("RGB", (width, height), "#FF0000")
    draw = ImageDraw.Draw(image)
    x, y = width // 2, height // 2
    draw.rectangle((x, 0, width, y - 1), "#00FF00")
    draw.rectangle((x, y, width, height), "#0000FF")
    draw.rectangle((0, y, x - 1, height), "#FFFF00")
    return image


@fixture("small_100x60.png")
def small():
    return png(gradient(100, 60))


@fixture("alpha_300x200.png")
def alpha():
    image = Image.new("RGBA", (300, 200), (0, 0, 0, 0))
    ImageDraw.Draw(image).rectangle((150, 0, 299, 199), (255, 0, 0, 255))
    return png(image)


@fixture("soft_alpha_200x100.png")
def soft_alpha():
    image = gradient(200, 100).convert("RGBA")
    image.putalpha(Image.linear_gradient("L").resize((200, 100)))
    return png(image)


@fixture("red_64x64.png", "gray50_64x64.png", "gray100_64x64.png", "white_640x427.png", "solid_100x60.png")
def solid(name):
    color = {"red": "#FF0000", "gray50": "#808080", "gray100": "#646464", "white": "#FFFFFF", "solid": "#3366CC"}
    width, height = name.removesuffix(".png").split("_")[1].split("x")
    return png(Image.new("RGB", (int(width), int(height)), color[name.split("_")[0]]))


@fixture("edge_64x64.png")
def edge():
    image = Image.new("RGB", (64, 64), "black")
    image.paste("white", (32, 0, 64, 64))
    return png(image)


@fixture("checker_512x512.png")
def checker():
    return png(checkerboard(512))


@fixture("line_1x1000.png", "ribbon_1000x10.png", "pixel_1x1.png", "tile_10x10.png")
def sliver(name):
    width, height = name.removesuffix(".png").split("_")[1].split("x")
    return png(gradient(int(width), int(height)))


@fixture("mark_100x40.png")
def mark():
    return png(Image.new("RGB", (100, 40), "#0000FF"))


@fixture("bigmark_800x600.png")
def big_mark():
    return png(gradient(800, 600))


@fixture("qr_300x300.png")
def qr():
    code = segno.make("https://example.test/a", error="m", micro=False)
    modules = Image.fromarray(np.array([[255 * (1 - bit) for bit in row] for row in code.matrix], np.uint8))
    scale = 300 // (modules.width + 8)
    modules = modules.resize((modules.width * scale,) * 2, Image.NEAREST)
    image = Image.new("L", (300, 300), 255)
    image.paste(modules, ((300 - modules.width) // 2,) * 2)
    return png(image)


@fixture("p16_200x200.png")
def deep_png():
    return raw.png_rgb16(200, 200, lambda x, y: (x * 65535 // 199, y * 65535 // 199, 257 * 128))


@fixture("palette_64x64.png")
def palette_png():
    return png(quadrants(64, 64).quantize(4))


@fixture("palette_alpha_64x64.png")
def palette_alpha_png():
    image = quadrants(64, 64).quantize(4)
    return png(image, transparency=image.getpixel((0, 0)))


@fixture("gray_alpha_64x64.png")
def gray_alpha_png():
    image = Image.linear_gradient("L").resize((64, 64)).convert("LA")
    image.putalpha(Image.linear_gradient("L").rotate(90).resize((64, 64)))
    return png(image)


@fixture("alpha_120x80.webp")
def alpha_webp():
    image = gradient(120, 80).convert("RGBA")
    image.putalpha(Image.linear_gradient("L").resize((120, 80)))
    return encode(image, "WEBP", lossless=True)


@fixture("drawing.svg")
def svg():
    return b"""<?xml version="1.0" encoding="UTF-8"?>
<!-- a drawing with everything that a cleaner may take away -->
<svg xmlns="http://www.w3.org/2000/svg" width="200" height="100" viewBox="0 0 200 100">
  <metadata>made for tests</metadata>
  <title>two shapes</title>
  <!-- a rectangle -->
  <rect x="10" y="10" width="80" height="80" fill="#ff0000"/>
  <circle cx="150" cy="50" r="40" fill="#0000ff"/>
</svg>
"""


@fixture("text.jpg")
def text():
    return b"this is not a photo\n"


# Metadata ---------------------------------------------------------------------------------------------------------


@fixture(*(f"orientation_{n}.jpg" for n in range(1, 9)))
def orientation(name):
    """The same 96x64 quadrants for whoever honours Exif; stored turned the other way round."""
    number = int(name[len("orientation_")])
    undo = {
        2: Image.FLIP_LEFT_RIGHT,
        3: Image.ROTATE_180,
        4: Image.FLIP_TOP_BOTTOM,
        5: Image.TRANSPOSE,
        6: Image.ROTATE_90,
        7: Image.TRANSVERSE,
        8: Image.ROTATE_270,
    }
    image = quadrants(96, 64)
    stored = image.transpose(undo[number]) if number in undo else image
    exif = Image.Exif()
    exif[EXIF_ORIENTATION] = number
    return jpeg(stored, 95, exif=exif, subsampling=0)


@fixture("ori6_640x480.jpg")
def orientation_six():
    exif = Image.Exif()
    exif[EXIF_ORIENTATION] = 6
    return jpeg(photo("hubble_deep_field.jpg", (180, 200, 820, 680)), 75, exif=exif)


def camera_exif():
    exif = Image.Exif()
    exif[0x0132] = "2024:05:06 07:08:09"  # DateTime
    details = exif.get_ifd(0x8769)
    details[0x829D] = IFDRational(13, 1)  # FNumber
    details[0x9000] = b"0230"  # ExifVersion
    details[0xA001] = 1  # ColorSpace: sRGB
    return exif


@fixture("exif.jpg")
def exif():
    return jpeg(photo("coffee.png", (100, 60, 420, 300)), 80, exif=camera_exif())


@fixture("metadata.jpg")
def metadata():
    xmp = (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        b'<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" dc:format="image/jpeg"/></rdf:RDF></x:xmpmeta>'
    )
    image = photo("coffee.png", (180, 120, 340, 240))
    plain = jpeg(image, 80, exif=camera_exif(), xmp=xmp, comment="a comment segment")
    return raw.with_jpeg_segment(plain, 0xED, raw.iptc_segment("a title", "nobody"))


@fixture("text_chunks.png")
def text_chunks():
    chunks = PngImagePlugin.PngInfo()
    chunks.add_text("Comment", "a text chunk")
    chunks.add_itxt("Title", "ein Titel", lang="de")
    plain = png(gradient(64, 48), pnginfo=chunks)
    return raw.with_png_chunk(plain, b"tIME", bytes([2024 >> 8, 2024 & 255, 5, 6, 7, 8, 9]))


@fixture("p3_solid.jpg")
def display_p3():
    """64x64 of Display-P3 (200, 100, 50), which is (215, 93, 31) in sRGB."""
    return jpeg(Image.new("RGB", (64, 64), (200, 100, 50)), 95, icc_profile=raw.display_p3_profile(), subsampling=0)


# Animations -------------------------------------------------------------------------------------------------------


def moving_square(width, height, frames):
    """White ground, a coloured square that walks from left to right: no two frames alike."""
    pictures = []
    for number in range(frames):
        image = Image.new("RGB", (width, height), "white")
        side = height // 2
        x = (width - side) * number // max(frames - 1, 1)
        color = (250 - 240 * number // frames, 40, 10 + 240 * number // frames)
        ImageDraw.Draw(image).rectangle((x, height // 4, x + side - 1, height // 4 + side - 1), color)
        pictures.append(image)
    return pictures


def animation(kind, frames, duration_ms, **options):
    first, *rest = frames
    return encode(first, kind, save_all=True, append_images=rest, duration=duration_ms, loop=0, **options)


def whole_frame_gif(frames, duration_ms):
    palettes = [frame.quantize(8, dither=Image.NONE) for frame in frames]
    return raw.gif(frames[0].size, [(image, (0, 0), 1, duration_ms, None) for image in palettes])


@fixture("gif_200x100_12.gif", "gif40_50x50.gif", "gif300_10x10.gif", "gif301_10x10.gif")
def plain_gif(name):
    width, height, frames = {
        "gif_200x100_12.gif": (200, 100, 12),
        "gif40_50x50.gif": (50, 50, 40),
        "gif300_10x10.gif": (10, 10, 300),
        "gif301_10x10.gif": (10, 10, 301),
    }[name]
    return whole_frame_gif(moving_square(width, height, frames), 100)


def partial_gif():
    """Four frames of 80x60: a whole one, then patches that stay, are cleared, and are taken back."""
    whole = quadrants(80, 60).quantize(4)

    def patch(color, width, height):
        image = Image.new("P", (width, height), 1)
        image.putpalette([0, 0, 0, *color])
        for x in range(min(width, height)):
            image.putpixel((x, x), 0)  # index 0 is transparent: the ground shows through the diagonal
        return image

    return raw.gif(
        (80, 60),
        [
            (whole, (0, 0), 1, 100, 255),
            (patch((255, 255, 255), 20, 20), (10, 10), 2, 200, 0),
            (patch((0, 255, 255), 30, 15), (40, 30), 3, 300, 0),
            (patch((255, 0, 255), 16, 24), (60, 5), 1, 400, 0),
        ],
    )


@fixture("gif_partial.gif")
def gif_partial():
    return partial_gif()


@fixture("gif_partial_frames.png")
def gif_partial_frames():
    """The composed frames of gif_partial.gif side by side, as Pillow shows them."""
    animation_ = Image.open(io.BytesIO(partial_gif()))
    strip = Image.new("RGBA", (80 * animation_.n_frames, 60))
    for number in range(animation_.n_frames):
        animation_.seek(number)
        strip.paste(animation_.convert("RGBA"), (80 * number, 0))
    return png(strip)


@fixture("webpa_120x80_5.webp")
def animated_webp():
    return animation("WEBP", moving_square(120, 80, 5), 100, quality=80)


@fixture("apng_100x60_3.png")
def animated_png():
    return animation("PNG", moving_square(100, 60, 3), 100)


def main(wanted):
    OUT.mkdir(exist_ok=True)
    total = 0
    for name, make in FIXTURES.items():
        if wanted and name not in wanted:
            continue
        data = make()
        (OUT / name).write_bytes(data)
        total += len(data)
        print(f"{name:28} {len(data):8}")
    print(f"{'total':28} {total:8}")


if __name__ == "__main__":
    main(sys.argv[1:])
