#!/usr/bin/env python3
"""Cuts the embedded fonts out of the fonts they come from.

Needs fonttools, and these npm packages unpacked side by side in the folder given as the argument (`npm pack`, `tar`):
@expo-google-fonts/noto-sans-sc, noto-serif-sc, noto-sans and noto-emoji, each in a folder of its last name.
"""

import sys
from pathlib import Path

from fontTools import subset

HERE = Path(__file__).parent


def gb2312(last_row):
    """The characters of GB 2312 up to a row: signs, kana, Greek, Cyrillic, and Chinese, the commoner half first."""
    pairs = ((high, low) for high in range(0xA1, last_row + 1) for low in range(0xA1, 0xFF))
    for pair in pairs:
        try:
            yield ord(bytes(pair).decode("gb2312"))
        except UnicodeDecodeError:
            pass


LATIN = [*range(0x20, 0x7F), *range(0xA0, 0x180), *range(0x1E00, 0x1F00)]
SIGNS = [*range(0x2000, 0x2070), *range(0x20A0, 0x20C1), *range(0x2100, 0x2200), *range(0x2460, 0x2474),
         *range(0x2500, 0x2600), 0x2605, 0x2606, *range(0x3000, 0x3030)]
KANA = [*range(0x3040, 0x3100), *range(0xFF01, 0xFFA0), *range(0xFFE0, 0xFFE7)]
COMMON = [*LATIN, *SIGNS, *KANA, *gb2312(0xD7)]
CHINESE = [*COMMON, *gb2312(0xF7)]

# Package, file, what is kept of it, name of the result.
FONTS = [
    ("noto-sans-sc", "NotoSansSC_400Regular", CHINESE, "NotoSansSC-Regular"),
    ("noto-serif-sc", "NotoSerifSC_400Regular", COMMON, "NotoSerifSC-Regular"),
    ("noto-sans", "NotoSans_700Bold", [*LATIN, *range(0x2010, 0x2030), 0x20AC], "NotoSans-Bold"),
    ("noto-emoji", "NotoEmoji_400Regular", None, "NotoEmoji-Regular"),
]


def cut(package, file, characters, name):
    source = next(Path(sys.argv[1], package).rglob(f"{file}.ttf"))
    options = subset.Options()
    options.layout_features = ["ccmp", "kern", "liga", "locl", "mark", "mkmk"]
    options.hinting = False
    options.name_IDs = [0, 1, 2, 13, 14]
    options.notdef_outline = True
    options.drop_tables += ["vhea", "vmtx", "VORG", "BASE", "DSIG", "meta", "STAT"]
    font = subset.load_font(source, options)
    if characters is None:
        # Emoji proper: no digits, and none of the private characters that stand for flags' letters.
        characters = [c for c in font.getBestCmap() if c >= 0xA0 and not 0xE000 <= c < 0xF900]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    target = HERE / f"{name}.subset.ttf"
    # The same bytes from the same fonts.
    font.recalcTimestamp = False
    font.save(target)
    print(target.name, target.stat().st_size, "bytes,", len(font.getBestCmap()), "characters")


if __name__ == "__main__":
    for entry in FONTS:
        cut(*entry)
