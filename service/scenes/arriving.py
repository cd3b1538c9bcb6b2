"""Scenes as they arrive: one image or a zip of them, looked at before anything is kept."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath

from service.errors import InvalidParameter
from service.files import StoredFile
from service.imports.preparing import file_limits, incoming_folder
from service.settings import Settings
from spatial.errors import RasterError, SourceError
from spatial.imagery.bands import canonical_band
from spatial.imagery.files.inspection import inspect
from spatial.imagery.files.naming import day_taken, sensor_in
from spatial.imagery.files.scenes import is_image, open_scene
from spatial.imagery.files.stacking import groups_of_bands, stack
from spatial.intake.containers.members import Member
from spatial.intake.containers.sniff import Kind, sniff
from spatial.intake.containers.unpack import unpack
from spatial.intake.model import Source
from spatial.messages import Message

MOST_IN_ONE = 50
IMAGE_SUFFIXES = (".tif", ".tiff", ".jp2", ".j2k")
NO_DATE = Message(
    "影像文件和文件名中都没有拍摄日期，请在 taken_on 中填写（如 2026-03-28）。",
    "Neither the image nor its name says when it was taken; give taken_on, such as 2026-03-28.",
)
NOT_YET = Message("拍摄日期晚于今天，请更正。", "The date lies after today; correct it.")
NO_IMAGE = Message(
    "压缩包“{name}”里没有 GeoTIFF 或 JPEG 2000 影像。",
    "There is no GeoTIFF or JPEG 2000 image in the archive “{name}”.",
)
TOO_MANY = Message(
    "压缩包“{name}”里有 {count} 幅影像，一次最多 {limit} 幅，请拆分。",
    "There are {count} images in the archive “{name}”; {limit} at most are taken at once.",
)
BAND_COUNT = Message(
    "影像“{name}”有 {count} 个波段，bands 中列出了 {given} 个。",
    "The image “{name}” has {count} bands; bands names {given}.",
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """An image that may become a scene; ``movable`` when the file is ours to take."""

    path: Path
    name: str
    movable: bool

    def stored(self) -> StoredFile:
        """Its hash and size."""
        with self.path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return StoredFile(digest, self.path.stat().st_size)


@dataclass(frozen=True, slots=True)
class SceneWish:
    """What the sender says of the images; what is None is read from file or name."""

    taken_on: date | None = None
    sensor: str | None = None
    note: str | None = None
    bands: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SceneFactsSent:
    """What is known of an image before it is converted."""

    taken_on: date
    sensor: str | None


def named_bands(text: str | None) -> tuple[str, ...]:
    """The bands that a sender names, separated by commas."""
    return tuple(canonical_band(name) for name in (text or "").split(",") if name.strip())


@contextmanager
def arrivals(settings: Settings, sent: Arrival) -> Iterator[list[Arrival]]:
    """The images in what was sent, for the length of a ``with`` block.

    Files of one band each that belong together, such as those of Sentinel-2 and Landsat, are put
    together into one image.

    Raises:
        SourceError, LimitError: when an archive cannot be unpacked safely, or holds no image.
        RasterError: when what looks like an image is none.
    """
    if sniff(sent.path) is not Kind.ZIP:
        yield [sent]
        return
    folder = incoming_folder(settings)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix="incoming-") as work:
        workspace = Path(work)
        limits = file_limits(settings.imports)
        tree = unpack(Source(sent.path, workspace), limits, sent.name, skipped=(Kind.OFFICE,))
        yield _images(tree.members, sent.name, workspace)


def look_at(arrival: Arrival, wish: SceneWish, today: date) -> SceneFactsSent:
    """Refuse what is no scene before it is kept; the day it was taken, and by what.

    Raises:
        RasterError: when it is no georeferenced image, or there is nothing in it.
        InvalidParameter: when no date is known, or it lies in the future, or the bands named are
            not as many as there are.
    """
    with _called(arrival), open_scene(arrival.path) as dataset:
        inspect(dataset, arrival.path)
        count, found = dataset.count, wish.taken_on or day_taken(dataset, arrival.name)
    if wish.bands and len(wish.bands) != count:
        said = BAND_COUNT.format(name=arrival.name, count=count, given=len(wish.bands))
        raise InvalidParameter("bands", said)
    if found is None:
        raise InvalidParameter("taken_on", NO_DATE)
    if found > today:
        raise InvalidParameter("taken_on", NOT_YET)
    return SceneFactsSent(found, wish.sensor or sensor_in(arrival.name))


def _images(members: Sequence[Member], archive: str, workspace: Path) -> list[Arrival]:
    images = [m for m in members if is_image(m.path) or m.suffix in IMAGE_SUFFIXES]
    if not images:
        raise SourceError(NO_IMAGE.format(name=archive), code="nothing-to-import", file=archive)
    for member in images:
        arrival = Arrival(member.path, str(member.name), movable=True)
        with _called(arrival), open_scene(member.path):
            pass
    groups = groups_of_bands({member.path: member.stem for member in images})
    names = {member.path: member.name for member in images}
    stacked = {path for group in groups for path in group.values()}
    found = [
        Arrival(member.path, str(member.name), movable=True)
        for member in images
        if member.path not in stacked
    ]
    for number, group in enumerate(groups):
        target = workspace / f"stack-{number}.tif"
        stack(group, target)
        found.append(Arrival(target, _group_name(names[next(iter(group.values()))]), movable=True))
    if len(found) > MOST_IN_ONE:
        said = TOO_MANY.format(name=archive, count=len(found), limit=MOST_IN_ONE)
        raise SourceError(said, code="too-many-images", file=archive)
    return found


def _group_name(first: PurePosixPath) -> str:
    return f"{first.stem}+{first.suffix}"


@contextmanager
def _called(arrival: Arrival) -> Iterator[None]:
    """Refusals name the image as its sender knows it, not as it is called here."""
    try:
        yield
    except RasterError as error:
        inner = arrival.path.name
        texts = (text.replace(inner, arrival.name) for text in (error.message.zh, error.message.en))
        raise RasterError(Message(*texts), code=error.problem_code, file=arrival.name) from error
