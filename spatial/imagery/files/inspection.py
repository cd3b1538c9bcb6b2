"""A look into an image that a stranger sent: whether it holds a picture, and of a place on earth.

Few pixels are read, whatever the size: small images are looked at wholly, of large ones some parts
all over them, the last included, which is what an interrupted transfer lacks.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from rasterio.errors import RasterioError
from rasterio.io import DatasetReader
from rasterio.windows import Window

from spatial.errors import RasterError
from spatial.imagery.files.cog import NOTHING_IN_IT, ground_of
from spatial.imagery.files.failures import BROKEN
from spatial.messages import Message

PART_PX = 512
MOST_PARTS = 36

ONE_VALUE = Message(
    "影像的所有像元都是同一个值，没有内容，请检查后重新上传。",
    "Every pixel of the image has the same value: there is nothing in it. Check it and send it "
    "again.",
)


def inspect(dataset: DatasetReader, path: Path) -> None:
    """Refuse an open image that can be no scene.

    What this does not see in a large image, its conversion will.

    Raises:
        RasterError: when its pixels cannot be read, all are nodata or the same, or its place does
            not exist.
    """
    try:
        _look_inside(dataset)
        rows, columns = dataset.shape
        ground_of([(0, 0), (columns, 0), (columns, rows), (0, rows)], dataset)
    except RasterError as error:
        zh, en = error.message.zh, error.message.en
        said = Message(f"{path.name}：{zh}", f"{path.name}: {en}")
        raise RasterError(said, code=error.problem_code, file=path.name) from error


def _look_inside(dataset: DatasetReader) -> None:
    parts, whole = _parts(dataset)
    known = False
    low, high = np.full(dataset.count, np.inf), np.full(dataset.count, -np.inf)
    for window in parts:
        try:
            values = dataset.read(window=window)
            clear = dataset.dataset_mask(window=window) > 0
        except RasterioError as error:
            raise RasterError(BROKEN, code="image-broken") from error
        clear &= np.isfinite(values).all(axis=0)
        if clear.any():
            known = True
            low = np.minimum(low, values[:, clear].min(axis=1))
            high = np.maximum(high, values[:, clear].max(axis=1))
        if (high > low).any():
            return
    if whole and not known:
        raise RasterError(NOTHING_IN_IT, code="image-empty")
    if whole:
        raise RasterError(ONE_VALUE, code="image-empty")


def _parts(dataset: DatasetReader) -> tuple[Iterator[Window], bool]:
    """Windows all over an image, the last one first, and whether they are all of it."""
    down, across = (range(0, side, PART_PX) for side in dataset.shape)
    number = len(down) * len(across)
    chosen = np.unique(np.linspace(0, number - 1, min(number, MOST_PARTS)).astype(int))[::-1]

    def windows() -> Iterator[Window]:
        for at in chosen.tolist():
            row, column = down[at // len(across)], across[at % len(across)]
            height = min(PART_PX, dataset.height - row)
            yield Window(column, row, min(PART_PX, dataset.width - column), height)

    return windows(), len(chosen) == number
