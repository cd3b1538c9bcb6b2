"""What it means that GDAL fails to copy an image: the image is broken, or the disk full."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import rasterio

# What GDAL says itself, which rasterio lets through where it does not expect a failure.
from rasterio._err import CPLE_BaseError
from rasterio.errors import RasterioError
from rasterio.windows import Window

from spatial.errors import RasterError
from spatial.messages import Message

BROKEN = Message(
    "影像数据不完整或已损坏，请重新导出后再上传。",
    "The image's data is broken or cut off; export it and send it again.",
)
# GDAL keeps the system's own reason to itself, but begins with what it was doing; further on may
# stand the name of any file.
WRITING = re.compile(r"Write failed\. See|TIFF(Append|Write|Rewrite|Flush)[A-Za-z]*:")


def no_room() -> OSError:
    """The error of a disk that takes no more: the reason to expect where a file of our own, once
    begun, could not be written."""
    return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@contextmanager
def told_apart() -> Iterator[None]:
    """Failures of reading and writing images in a ``with`` block, by what can be done about them.

    Raises:
        RasterError: when pixels cannot be read.
        OSError: when they cannot be written, see :func:`no_room`.
    """
    try:
        yield
    except (RasterioError, CPLE_BaseError) as error:
        if _was_writing(error):
            raise no_room() from error
        raise RasterError(BROKEN, code="image-broken") from error


def check_whole(path: Path) -> None:
    """Look at a copy that was written: GDAL says nothing of what it could not write at its end.

    Raises:
        OSError: when the end is missing, see :func:`no_room`.
    """
    try:
        with rasterio.open(path) as copy:
            last = Window(copy.width - 1, copy.height - 1, 1, 1)
            copy.read(window=last)
            copy.dataset_mask(window=last)
    except RasterioError as error:
        raise no_room() from error


def _was_writing(error: BaseException | None) -> bool:
    while error is not None:
        if WRITING.match(str(error)):
            return True
        error = error.__cause__
    return False
