"""Draw the icon of the Windows entries: a piece of land in four plots, the best one golden.

Beside it the picture of the installer's last page.

python docs/make_icon.py      (needs Pillow)
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw

FOLDER = Path(__file__).parent.parent / "permu_xl/hosts/excel/setup/offline"
SIZES = (16, 20, 24, 32, 40, 48, 64, 128)
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


def last_page() -> Image.Image:
    """Return the picture, of the size that NSIS asks for."""
    image = Image.new("RGB", (164, 314), "#14633c")
    icon = drawn(96)
    image.paste(icon, (34, 62), icon)
    return image.quantize(64)


if __name__ == "__main__":
    largest, *others = (drawn(size) for size in reversed(SIZES))
    sizes = [(size, size) for size in SIZES]
    # Pictures of several sizes in the form that every Windows and NSIS read.
    largest.save(FOLDER / "permu.ico", sizes=sizes, append_images=others, bitmap_format="bmp")
    last_page().save(FOLDER / "last_page.bmp")
