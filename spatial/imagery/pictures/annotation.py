"""What is drawn on a chip: the outline, a scale bar, a north arrow, a caption."""

from __future__ import annotations

import math
from functools import cache

import shapely
from PIL import Image, ImageDraw, ImageFont
from shapely.geometry.base import BaseGeometry

from spatial.messages import Message

FONTS = (("NotoSansCJK-Regular.ttc", 2), ("NotoSansSC-Regular.otf", 0))
"""File and face of fonts that have Chinese letters; found wherever the system keeps fonts."""
TEXT_PX = 16
CAPTION_PX = 30
EDGE_PX = 14
OUTLINE = (255, 64, 48)
LIGHT = (255, 255, 255)
DARK = (24, 28, 34)
LONGEST_BAR = 0.3
"""The scale bar's greatest share of the width."""

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


def annotate(picture: Image.Image, outline: BaseGeometry, pixel_m: float) -> None:
    """Draw an outline (in pixels), a scale bar and a north arrow into a picture."""
    draw = ImageDraw.Draw(picture)
    _draw_outline(draw, outline)
    _draw_bar(draw, picture.size, pixel_m)
    _draw_north(draw, picture.width)


def captioned(picture: Image.Image, text: Message) -> Image.Image:
    """The picture above one line of text; English where no font has Chinese letters."""
    font, chinese = _font()
    whole = Image.new("RGB", (picture.width, picture.height + CAPTION_PX), DARK)
    whole.paste(picture, (0, 0))
    place = (EDGE_PX, picture.height + CAPTION_PX // 2)
    ImageDraw.Draw(whole).text(place, text.zh if chinese else text.en, LIGHT, font, anchor="lm")
    return whole


def bar_length_m(width_px: int, pixel_m: float) -> float:
    """The longest of 1, 2 or 5 times a power of ten metres that fits under a picture."""
    most = width_px * pixel_m * LONGEST_BAR
    power = 10.0 ** math.floor(math.log10(most))
    return max(step * power for step in (1, 2, 5) if step * power <= most)


def _draw_outline(draw: ImageDraw.ImageDraw, outline: BaseGeometry) -> None:
    lines = [list(line.coords) for line in shapely.get_parts(shapely.boundary(outline)).tolist()]
    for colour, width in ((LIGHT, 5), (OUTLINE, 2)):
        for line in lines:
            draw.line(line, fill=colour, width=width, joint="curve")


def _draw_bar(draw: ImageDraw.ImageDraw, size: tuple[int, int], pixel_m: float) -> None:
    length = bar_length_m(size[0], pixel_m)
    left, bottom = EDGE_PX, size[1] - EDGE_PX
    right = left + length / pixel_m
    ticks = [(left, bottom - 8), (left, bottom), (right, bottom), (right, bottom - 8)]
    draw.line(ticks, fill=DARK, width=5, joint="curve")
    draw.line(ticks, fill=LIGHT, width=2, joint="curve")
    label = f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"
    draw.text(
        ((left + right) / 2, bottom - 5), label, LIGHT, _font()[0], anchor="ms",
        stroke_width=2, stroke_fill=DARK,
    )  # fmt: skip


def _draw_north(draw: ImageDraw.ImageDraw, width: int) -> None:
    x, y = width - EDGE_PX - 10, EDGE_PX
    draw.polygon([(x, y), (x + 9, y + 26), (x, y + 20), (x - 9, y + 26)], LIGHT, DARK)
    draw.text((x, y + 30), "N", LIGHT, _font()[0], anchor="ma", stroke_width=2, stroke_fill=DARK)


@cache
def _font() -> tuple[Font, bool]:
    """A font, and whether it has Chinese letters."""
    for name, face in FONTS:
        try:
            return ImageFont.truetype(name, TEXT_PX, index=face), True
        except OSError:
            continue
    return ImageFont.load_default(TEXT_PX), False
