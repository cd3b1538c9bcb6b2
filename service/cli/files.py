"""Files that commands read and write, looked at before any work is done."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from service.errors import InvalidParameter
from spatial.messages import Message


def in_a_folder(path: Path | None) -> Path | None:
    """A file to be written, when it can be.

    Raises:
        typer.BadParameter: when its folder is not there or may not be written to.
    """
    if path is not None and not os.access(path.parent, os.W_OK | os.X_OK):
        raise typer.BadParameter(
            f"不能写入文件夹 {path.parent}，请换一个或先建立。 "
            f"The folder {path.parent} is not there or may not be written to."
        )
    return path


def written(kind: Callable[..., Any], what: str) -> Any:
    """An argument or option, by its ``kind``, that names a file to be written; ``what`` says which.

    Raises, when the command is called:
        typer.BadParameter: when the file cannot be written.
    """
    return kind(dir_okay=False, writable=True, callback=in_a_folder, help=what)


ExistingFile = Annotated[Path, typer.Argument(exists=True, dir_okay=False)]


def text_of(profile: Path | None) -> str | None:
    """The text of a profile.

    Raises:
        InvalidParameter: when it is not UTF-8.
    """
    try:
        return profile.read_text(encoding="utf-8") if profile else None
    except UnicodeDecodeError as error:
        raise InvalidParameter(
            "profile",
            Message(
                f"字段对照表 {profile} 不是 UTF-8 文本，请另存为 UTF-8。",
                f"The profile {profile} is not UTF-8 text; save it as UTF-8.",
            ),
        ) from error
