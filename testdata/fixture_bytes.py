"""Byte-level pieces of the fixtures that Pillow cannot write by itself.

Knows containers (PNG chunks, JPEG segments, GIF blocks, ICC tags); does not know which fixture needs what.
"""

import io
import struct
import zlib

from PIL import GifImagePlugin, Image


def png_chunk(kind: bytes, body: bytes) -> bytes:
    """One PNG chunk with its length and CRC."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_rgb16(width: int, height: int, pixel) -> bytes:
    """A 16-bit RGB PNG; `pixel(x, y)` gives three values of 0 to 65535."""
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        for x in range(width):
            rows += struct.pack(">HHH", *pixel(x, y))
    header = struct.pack(">IIBBBBB", width, height, 16, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", header)
        + png_chunk(b"IDAT", zlib.compress(bytes(rows), 9))
        + png_chunk(b"IEND", b"")
    )


def with_png_chunk(png: bytes, kind: bytes, body: bytes) -> bytes:
    """The PNG with one more chunk, right after its IHDR."""
    after_header = 8 + 12 + 13
    return png[:after_header] + png_chunk(kind, body) + png[after_header:]


def with_jpeg_segment(jpeg: bytes, marker: int, body: bytes) -> bytes:
    """The JPEG with one more segment, after its leading APPn segments."""
    at = 2
    while jpeg[at] == 0xFF and 0xE0 <= jpeg[at + 1] <= 0xEF:
        at += 2 + struct.unpack(">H", jpeg[at + 2 : at + 4])[0]
    return jpeg[:at] + struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body + jpeg[at:]


def iptc_segment(title: str, author: str) -> bytes:
    """The body of an APP13 segment with two IPTC fields (object name and by-line)."""
    records = b""
    for field, text in ((5, title), (80, author)):
        records += struct.pack(">BBBH", 0x1C, 2, field, len(text)) + text.encode()
    padding = b"\0" * (len(records) % 2)
    return b"Photoshop 3.0\0" + b"8BIM" + struct.pack(">HHI", 0x0404, 0, len(records)) + records + padding


def gif(size, patches, loop=0) -> bytes:
    """A GIF of partial frames, written exactly as given and not optimised.

    `patches`: (palette image, (x, y), disposal, delay in ms, index of the transparent colour or None) each.
    """
    canvas = Image.new("P", size, 0)
    canvas.putpalette(patches[0][0].getpalette())
    header, _ = GifImagePlugin.getheader(canvas, info={"loop": loop, "background": 0})
    out = io.BytesIO()
    for block in header:
        out.write(block)
    if not any(b"NETSCAPE2.0" in block for block in header):
        out.write(b"\x21\xff\x0bNETSCAPE2.0\x03\x01" + struct.pack("<H", loop) + b"\0")
    for image, offset, disposal, delay_ms, transparent in patches:
        options = {"disposal": disposal, "duration": delay_ms, "include_color_table": True}
        if transparent is not None:
            options["transparency"] = transparent
        for block in GifImagePlugin.getdata(image, offset, **options):
            out.write(block)
    out.write(b";")
    return out.getvalue()


def _icc_number(value: float) -> bytes:
    return struct.pack(">i", round(value * 65536))


def _icc_text(text: str) -> bytes:
    encoded = text.encode("utf-16-be")
    return b"mluc" + struct.pack(">IIIHHII", 0, 1, 12, 0x656E, 0x5553, len(encoded), 28) + encoded


def display_p3_profile() -> bytes:
    """An ICC version 4 matrix profile: the P3 primaries at D65 (adapted to D50) with the sRGB curve."""
    curve = b"para" + struct.pack(">IHH", 0, 3, 0)
    curve += b"".join(map(_icc_number, (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)))

    def xyz(*values):
        return b"XYZ " + b"\0" * 4 + b"".join(map(_icc_number, values))

    tags = [
        (b"desc", _icc_text("Display P3")),
        (b"cprt", _icc_text("CC0")),
        (b"wtpt", xyz(0.96420, 1.0, 0.82491)),
        (b"rXYZ", xyz(0.51512, 0.24120, -0.00105)),
        (b"gXYZ", xyz(0.29198, 0.69225, 0.04189)),
        (b"bXYZ", xyz(0.15710, 0.06657, 0.78407)),
        (b"rTRC", curve),
        (b"gTRC", curve),
        (b"bTRC", curve),
    ]
    table, body = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for name, data in tags:
        table += name + struct.pack(">II", start + len(body), len(data))
        body += data + b"\0" * (-len(data) % 4)
    header = struct.pack(">I4sI4s4s4s", start + len(body), b"\0" * 4, 0x04000000, b"mntr", b"RGB ", b"XYZ ")
    header += struct.pack(">6H4s", 2024, 1, 1, 0, 0, 0, b"acsp") + b"\0" * 28
    header += b"".join(map(_icc_number, (0.96420, 1.0, 0.82491)))
    return header.ljust(128, b"\0") + table + body
