"""Files of an upload after unpacking: where they lie, and what they were called."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from spatial.intake.containers.sniff import Kind, sniff


@dataclass(frozen=True, slots=True)
class Member:
    """A file: its real path, and its path inside the upload, archives in archives included."""

    path: Path
    name: PurePosixPath
    kind: Kind

    @property
    def stem(self) -> str:
        """The name without folders and without the last suffix."""
        return self.name.stem

    @property
    def suffix(self) -> str:
        """The last suffix in lower case, with its dot."""
        return self.name.suffix.lower()


@dataclass(slots=True)
class Tree:
    """All files of an upload."""

    members: list[Member] = field(default_factory=list)
    _by_name: dict[PurePosixPath, Member] = field(default_factory=dict, repr=False)

    def add(self, path: Path, name: PurePosixPath) -> Member:
        """Take in a file, telling what it is."""
        member = Member(path, name, sniff(path))
        self.members.append(member)
        self._by_name[name] = member
        return member

    def named(self, name: PurePosixPath) -> Member | None:
        """The file that came under a name."""
        return self._by_name.get(name)


def is_decoy(name: PurePosixPath) -> bool:
    """Whether a file is left by a desktop: resource forks, folder settings, previews."""
    if "__MACOSX" in name.parts or name.name.startswith("._"):
        return True
    return name.name.lower() in (".ds_store", "thumbs.db", "desktop.ini")
