"""Draw the icon of the Windows entries: a piece of land in four plots, the best one golden.

python docs/make_icon.py      (needs Pillow)
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw

TARGET = Path(__file__).parent.parent / "permu_xl/hosts/excel/setup/offline/permu.ico"
SIZES = (16, 20, 24, 32, 40, 48, 64, 256)
GREEN, WHITE, GOLD = "#1f7a4d", "#ffffff", "#f5b82e"
FINER = 8
"""How many times finer it is drawn than shown."""


def drawn(size: int) -> Image.Image:
    """Return the icon for one size; its lines fall on whole pixels."""
    edge, road = max(2, round(size * 0.16)), max(1, round(size / 14))
    plot = (size - 2 * edge - road) // 2
    start = (size - 2 * plot - road) // 2
    image = Image.new("RGBA", (size * FINER, size * FINER))
    pen = ImageDraw.Draw(image)
    pen.rounded_rectangle((0, 0, size * FINER - 1, size * FINER - 1), size * FINER * 0.18, GREEN)
    for row in range(2):
        for column in range(2):
            left, top = (start + (plot + road) * each for each in (column, row))
            box = (left, top, left + plot, top + plot)
            colour = GOLD if (row, column) == (0, 1) else WHITE
            pen.rectangle(
                [each * FINER for each in box[:2]] + [e * FINER - 1 for e in box[2:]], colour
            )
    return image.resize((size, size), Image.Resampling.BOX)


if __name__ == "__main__":
    largest, *others = (drawn(size) for size in reversed(SIZES))
    # Pictures of several sizes in the form that every Windows and NSIS read.
    largest.save(
        TARGET, sizes=[(size, size) for size in SIZES], append_images=others, bitmap_format="bmp"
    )
