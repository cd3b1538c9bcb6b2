"""A fictitious township on hill farmland, made from a seed.

``make_world(seed)`` gives its villages, plots, zones and patches as arrays in EPSG:4523;
``python -m data.samples.make_samples`` writes them in the formats that people send.
"""

from .model import ORIGIN, SIZE_M, Patches, Plots, Township, Villages, World, Zones
from .township import make_township
from .world import make_world

__all__ = [
    "ORIGIN",
    "SIZE_M",
    "Patches",
    "Plots",
    "Township",
    "Villages",
    "World",
    "Zones",
    "make_township",
    "make_world",
]
