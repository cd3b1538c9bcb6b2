"""Write the sample files: ``python -m data.samples.make_samples [FOLDER]``.

The same seed writes the same bytes with the locked versions of the libraries.
"""

from __future__ import annotations

import sys
from pathlib import Path

from data.samples.generator import make_world
from data.samples.generator.files import sample_files
from data.samples.generator.scenes import scene_files

SEED = 20260425


def make_samples(folder: Path, seed: int = SEED) -> None:
    """Write every sample file of a seed into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    world = make_world(seed)
    for name, content in (sample_files(world) | scene_files(world)).items():
        (folder / name).write_bytes(content)


if __name__ == "__main__":
    make_samples(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
