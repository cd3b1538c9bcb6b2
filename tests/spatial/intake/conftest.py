"""An upload opened and read whole."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from spatial.intake import open_upload
from spatial.intake.model import ReadOptions, Reference, Source
from spatial.words import LayerName
from tests.spatial.intake.making import Answer

Take = Callable[..., Answer]


@pytest.fixture
def take(tmp_path: Path) -> Take:
    """Open an upload and read it whole."""
    numbers = itertools.count()

    def run(
        path: Path, layer: LayerName = LayerName.PLOTS, *, villages: Any = None, **options: Any
    ) -> Answer:
        workspace = tmp_path / f"work-{next(numbers)}"
        workspace.mkdir()
        reference = None if villages is None else Reference(np.array(villages, dtype=object))
        with open_upload(
            Source(path, workspace), layer, ReadOptions(**options), reference
        ) as upload:
            preview = upload.preview()
            batches = list(upload.batches())
            decisions = {decision.name: decision for decision in upload.decisions}
            return Answer(batches, decisions, preview, upload.findings())

    return run
