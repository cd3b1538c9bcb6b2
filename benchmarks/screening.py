"""From a shapefile of patches to visible cases, against ogr2ogr and a plain SQL overlay.

    python -m benchmarks.screening [--patches 5000] [--plots 500000] [--more 5000000] [--repeat 3]
                                   [--keep FOLDER]

One embedded database with a gapless coverage of winding plots of 21 vertices and villages of 2 km.
In turns, with another file of patches each time:

ours    submit the file, read, check and publish it, screen it against the plots, raise cases with
        their histories and announcements, commit: everything until the cases can be seen
peer    ``ogr2ogr`` of the same file, then the overlay in SQL as the planner runs it:
        ``ST_Intersects`` join with ``ST_Intersection`` into a table, nothing else. With the
        patches' statistics, which any table has a minute after it was loaded, the planner scans
        all plots in parallel; the blind peer is asked before, and happens to use the plots' index

The best of the rounds counts; the ratios are ours to the peers'. With ``--more`` the same is done
once more on so many plots, and the growth of our time is printed beside it. With ``--keep`` the
databases are made once and found again; ``--repeat 0`` only makes them.
"""

from __future__ import annotations

import argparse
from pathlib import Path


def main() -> None:
    """Print times, ratios and growth."""
    # Imported here: the reading process of an import loads this module, and nothing it needs not.
    from benchmarks.screening_rounds import rounds, township

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patches", type=int, default=5_000)
    parser.add_argument("--plots", type=int, default=500_000)
    parser.add_argument("--more", type=int, default=0)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args()
    first = None
    for plots in filter(None, (given.plots, given.more)):
        with township(plots, given.keep) as runtime:
            print(f"{given.patches} patches, {plots} plots", flush=True)
            if not given.repeat:
                continue
            best = rounds(runtime, plots, given.patches, given.repeat)
        shares = [best.ours / peer for peer in (best.peer, best.blind_peer)]
        print(f"{best}; ratio {shares[0]:.2f}, to the blind one {shares[1]:.2f}")
        if first is not None:
            print(f"growth from {given.plots} plots: {best.ours / first:.2f}")
        first = first or best.ours


if __name__ == "__main__":
    main()
