"""Real bytes of all seven formats, mutated: an answer or a refusal, nothing else, nothing left."""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spatial.errors import SpatialError
from spatial.intake import open_upload
from spatial.intake.model import Limits, ReadOptions, Source
from spatial.words import LayerName
from tests.spatial.intake.making import Layer, plot_rows
from tests.spatial.intake.test_formats import FORMATS, plots, write

SMALL = Limits(unpacked_bytes=64 << 20, vertices_per_row=100_000)
PARTS = ("DLTB.shp", "DLTB.shx", "DLTB.dbf", "DLTB.prj", "DLTB.cpg")

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """One small upload of every format."""
    made = {}
    for kind in FORMATS:
        folder = tmp_path_factory.mktemp(kind)
        made[kind] = write(plots(), kind, folder).read_bytes()
    return made


def answer(content: bytes) -> str:
    """Read an upload whole, checking that what comes out is sound; how it ended."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        workspace = folder / "work"
        workspace.mkdir()
        path = folder / "upload"
        path.write_bytes(content)
        try:
            with open_upload(
                Source(path, workspace), LayerName.PLOTS, ReadOptions(limits=SMALL)
            ) as upload:
                for batch in upload.batches():
                    assert shapely.is_valid(batch.geometry).all()
                    assert np.isfinite(batch.area_m2).all()
                    assert len(batch.rows) == len(batch.geometry) == len(batch.attributes)
                upload.findings()
        except SpatialError as error:
            assert error.message.zh and error.message.en
            return error.problem_code
        finally:
            assert {entry.name for entry in folder.iterdir()} == {"upload", "work"}
    return "read"


@st.composite
def mutations(draw: st.DrawFn, size: int) -> list[tuple[int, bytes]]:
    """Places in a file and the bytes that come to stand there."""
    places = st.integers(0, max(size - 1, 0))
    pieces = st.one_of(
        st.binary(min_size=1, max_size=8),
        st.sampled_from([b"\0" * 8, b"\xff" * 4, b"\xff" * 8, b"\x7f\xff\xff\xff"]),
    )
    return draw(st.lists(st.tuples(places, pieces), min_size=1, max_size=6))


def mutated(content: bytes, changes: list[tuple[int, bytes]]) -> bytes:
    changed = bytearray(content)
    for at, piece in changes:
        changed[at : at + len(piece)] = piece
    return bytes(changed[: len(content)])


@pytest.mark.parametrize("kind", FORMATS)
@given(data=st.data())
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
def test_changed_bytes_give_an_answer(
    kind: str, originals: dict[str, bytes], data: st.DataObject
) -> None:
    content = originals[kind]
    answer(mutated(content, data.draw(mutations(len(content)))))


@pytest.mark.parametrize("kind", FORMATS)
@given(data=st.data())
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_file_cut_anywhere_gives_an_answer(
    kind: str, originals: dict[str, bytes], data: st.DataObject
) -> None:
    content = originals[kind]
    answer(content[: data.draw(st.integers(0, len(content) - 1))])


@pytest.mark.parametrize("part", PARTS)
@given(data=st.data())
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
def test_changed_bytes_behind_an_archive_give_an_answer(part: str, data: st.DataObject) -> None:
    # The checksum of a zip hides its members from mutation, so they are packed afterwards.
    files = Layer(plot_rows(4), cpg=b"GBK").files()
    files[part] = mutated(files[part], data.draw(mutations(len(files[part]))))
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "a.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for file, content in files.items():
                archive.writestr(file, content)
        answer(path.read_bytes())


def test_a_geoparquet_whose_names_are_no_text_is_refused(originals: dict[str, bytes]) -> None:
    (kind,) = (kind for kind in FORMATS if "parquet" in kind)
    damaged = originals[kind].replace(b"TBBH", b"\xdfBBH")
    assert damaged != originals[kind]
    assert answer(damaged) == "source-unreadable"
