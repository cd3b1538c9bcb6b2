"""A disk without room is not the image's fault: what cannot be written is told from what cannot
be read. Files of this process are limited in size, which GDAL meets as it meets a full disk."""

from __future__ import annotations

import errno
from pathlib import Path

import numpy as np
import pytest

from spatial.errors import RasterError
from spatial.imagery.files.cog import write_cog
from spatial.imagery.files.failures import check_whole
from spatial.imagery.files.scenes import open_scene
from spatial.imagery.files.stacking import stack
from tests.spatial.imagery.scene_maker import files_of_at_most, write_scene

SIDE = 1200


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pixels that no compression makes smaller."""
    pixels = np.random.default_rng(1).integers(1, 255, (4, SIDE, SIDE), dtype="uint8")
    return write_scene(tmp_path_factory.mktemp("scenes") / "20260328.tif", pixels)


@pytest.mark.parametrize("share", [0.05, 0.5, 0.97])
def test_a_copy_without_room_is_told_as_such(scene: Path, tmp_path: Path, share: float) -> None:
    with open_scene(scene) as dataset:
        write_cog(dataset, tmp_path / "whole.tif")
        room = int((tmp_path / "whole.tif").stat().st_size * share)
        with files_of_at_most(room), pytest.raises(OSError) as refused:
            write_cog(dataset, tmp_path / "short.tif")
    assert refused.value.errno == errno.ENOSPC


def test_bands_put_together_without_room_are_told_as_such(tmp_path: Path) -> None:
    pixels = np.random.default_rng(1).integers(1, 255, (1, SIDE, SIDE), dtype="uint16")
    files = {name: write_scene(tmp_path / f"{name}.tif", pixels) for name in ("blue", "red")}
    with files_of_at_most(1_000_000), pytest.raises(OSError) as refused:
        stack(files, tmp_path / "stacked.tif")
    assert refused.value.errno == errno.ENOSPC


@pytest.mark.parametrize("missing", [100, 5000])
def test_a_copy_whose_end_is_missing_is_not_taken_for_whole(
    scene: Path, tmp_path: Path, missing: int
) -> None:
    copy = tmp_path / "copy.tif"
    with open_scene(scene) as dataset:
        write_cog(dataset, copy)
    check_whole(copy)
    copy.write_bytes(copy.read_bytes()[:-missing])
    with pytest.raises(OSError) as refused:
        check_whole(copy)
    assert refused.value.errno == errno.ENOSPC


def test_pixels_that_cannot_be_read_are_the_images_fault(scene: Path, tmp_path: Path) -> None:
    source = tmp_path / "Write failed.tif"
    pixels = np.random.default_rng(1).integers(1, 255, (4, SIDE, SIDE), dtype="uint8")
    write_scene(source, pixels, compress="deflate")
    content = bytearray(source.read_bytes())
    content[200_000:400_000] = bytes(200_000)
    source.write_bytes(content)
    with open_scene(source) as dataset, pytest.raises(RasterError) as refused:
        write_cog(dataset, tmp_path / "copy.tif")
    assert refused.value.problem_code == "image-broken"
