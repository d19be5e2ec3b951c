"""Small images with few colours, as data that a page shows by itself."""

import base64
import struct
import zlib

__all__ = ["image_source"]


def image_source(rows, colours):
    """A PNG, a pixel for each number, as the source of an <img>.

    rows:    equally long sequences of whole numbers below ``len(colours)``
    colours: at most 256, as "#rrggbb"

    >>> image_source([[0, 1], [1, 0]], ["#000000", "#FFFFFF"])[:30]
    'data:image/png;base64,iVBORw0K'
    """

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 3, 0, 0, 0)  # eight bits, by palette
    palette = bytes.fromhex("".join(colours).replace("#", ""))
    lines = zlib.compress(b"".join(b"\0" + bytes(row) for row in rows), 9)
    chunks = [(b"IHDR", head), (b"PLTE", palette), (b"IDAT", lines), (b"IEND", b"")]
    png = b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*each) for each in chunks)
    return f"data:image/png;base64,{base64.b64encode(png).decode()}"
