"""From a click to a map at rest, in a browser, over many plots.

    python -m benchmarks.map_idle [--side 707] [--rounds 3] [--keep FOLDER]

Makes its own database of side × side plots with 22 vertices, or uses the one kept in a folder;
one process of uvicorn serves the page as built, and Chromium without a window, which draws in
software on the same machine, opens it at 1440 × 900. A step is a click on + or -, or a pan by half
the width. Its time ends with the last ``idle`` of the map: tiles fetched, decoded, drawn
and faded in, the animation of 0.3 s included. Every round looks at another place, whose tiles
nobody has asked for before. Beside it stands the processor time of the browser and the server,
which says more on a machine that others use too.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmarks.import_plots import descendants
from benchmarks.ogc_vs_tipg import free_port, server, uvicorn
from benchmarks.plots_database import CELL, PASSWORD, SOUTH, WEST, plots_database
from service.runtime import Runtime

SOFTWARE = (
    "--no-sandbox",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
)
SIZE = {"width": 1440, "height": 900}
FIRST_ZOOM, DEEPEST = 13, 17
REST_MS = 700
"""A map that has been idle for so long has come to rest."""
WATCH = """() => {
    const box = document.querySelector('[data-testid=map]')
    window.lastIdle = performance.now()
    new MutationObserver(() => { window.lastIdle = performance.now() })
        .observe(box, { attributes: true, attributeFilter: ['data-idle'] })
}"""
AT_REST = (
    """([start, rest]) => window.lastIdle > start && performance.now() - window.lastIdle > rest"""
)


def steps(page: Page) -> Iterator[tuple[str, Callable[[], None]]]:
    """What somebody does, in order, with what it is called in the table."""
    for zoom in range(FIRST_ZOOM, DEEPEST):
        yield f"pan at z{zoom}", lambda: pan(page)
        yield f"zoom in to z{zoom + 1}", lambda: press(page, "zoomIn")
    for zoom in range(DEEPEST, FIRST_ZOOM, -1):
        yield f"zoom out to z{zoom - 1}", lambda: press(page, "zoomOut")


def press(page: Page, what: str) -> None:
    """A click on a button of the map."""
    page.get_by_label({"zoomIn": "放大", "zoomOut": "缩小"}[what], exact=True).click()


def pan(page: Page) -> None:
    """Drag the map by half its width, to where no panel lies over it."""
    page.mouse.move(1140, 500)
    page.mouse.down()
    page.mouse.move(420, 500, steps=8)
    page.mouse.up()


def processor_ms() -> float:
    """Processor time so far of the processes that this one started."""
    ticks = 0
    for process in set(descendants(os.getpid())) - {os.getpid()}:
        with suppress(OSError):
            fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks * 1000 / os.sysconf("SC_CLK_TCK")


def timed(page: Page, act: Callable[[], None]) -> tuple[float, float]:
    """Milliseconds from the beginning of an action to the map's last idle; processor time."""
    spent = processor_ms()
    start = page.evaluate("performance.now()")
    act()
    page.wait_for_function(AT_REST, arg=[start, REST_MS], timeout=60_000, polling=50)
    return float(page.evaluate("window.lastIdle")) - float(start), processor_ms() - spent


def measure(page: Page, side: int, rounds: int) -> None:
    """Open the map amid the plots and print a line for each step."""
    middle = (WEST + side * CELL / 2, SOUTH + side * CELL / 2)
    page.goto("/login")
    page.fill("input[name=username]", "reader")
    page.fill("input[name=password]", PASSWORD)
    page.click("form button.button-primary")
    page.wait_for_url("**/map**")
    times: dict[str, list[tuple[float, float]]] = {}
    for number in range(rounds):
        spent = processor_ms()
        page.goto(
            f"/map?at={middle[0] + (number - rounds // 2) * 0.09:.5f},{middle[1]:.5f},{FIRST_ZOOM}"
        )
        page.wait_for_selector("[data-testid=map][data-idle]", timeout=60_000)
        page.evaluate(WATCH)
        opened = float(page.evaluate("performance.now()"))
        times.setdefault(f"open at z{FIRST_ZOOM}", []).append((opened, processor_ms() - spent))
        for name, act in steps(page):
            times.setdefault(name, []).append(timed(page, act))
    print(f"{'step':<20} {'median ms':>10} {'least':>8} {'most':>8} {'processor ms':>14}")
    for name, taken in times.items():
        waited, processor = zip(*taken, strict=True)
        line = f"{name:<20} {statistics.median(waited):>10.0f} {min(waited):>8.0f}"
        print(f"{line} {max(waited):>8.0f} {statistics.median(processor):>14.0f}")


def run(runtime: Runtime, side: int, rounds: int) -> None:
    """Serve the database and look at it."""
    port = free_port()
    command = uvicorn(sys.executable, "benchmarks.ogc_vs_tipg:application", port, "--factory")
    url = runtime.database.dsn
    environment = {"PLOTWATCH_HOME": str(runtime.settings.home), "BENCHMARK_DATABASE": url}
    load, cores = os.getloadavg()[0], os.cpu_count()
    print(f"{side * side:,} plots; load of the machine before: {load:.1f} on {cores} cores")
    with server(command, port, **environment) as base, sync_playwright() as playwright:
        chromium = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=list(SOFTWARE))
        measure(browser.new_page(base_url=base, viewport=SIZE), side, rounds)
        browser.close()


def main() -> None:
    """Make the database, look at it in the browser, throw it away."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--side", type=int, default=707)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="make the database here and find it again")
    options = parser.parse_args()
    with plots_database(options.side, options.side, options.keep) as runtime:
        run(runtime, options.side, options.rounds)


if __name__ == "__main__":
    main()
