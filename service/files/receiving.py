"""A multipart form as it arrives: the file to disk, hashed on the way; the fields to memory."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from python_multipart import MultipartParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header

from service.errors import InvalidParameter, TooLarge
from service.files.store import StoredFile
from spatial.messages import Message

MAX_FIELD_BYTES = 256 * 1024
MAX_FIELDS = 100
NOT_A_FORM = Message(
    "请求应为 multipart/form-data 表单，文件放在 file 字段。",
    "Send a multipart/form-data form with the file in the field 'file'.",
)
BROKEN_FORM = Message("上传的表单不完整，请重新上传。", "The form is broken; send it again.")
TOO_LARGE = Message(
    "文件超过上限 {limit} MB。请拆分或压缩后再上传，或请管理员提高 PLOTWATCH_MAX_UPLOAD_MB。",
    "The upload is larger than {limit} MB. Split or compress it, or ask the administrator to "
    "raise PLOTWATCH_MAX_UPLOAD_MB.",
)
ONE_FILE = Message(
    "一次只能上传一个文件；多个文件请逐个上传，或打包为 zip。",
    "One file at a time; send several one after the other, or as a zip.",
)
NAME_ENCODINGS = ("utf-8", "gb18030", "latin-1")


class FormReceiver:
    """Takes a form chunk by chunk, for the length of a ``with`` block.

    Afterwards ``fields`` holds the text fields and, when the part called ``file`` was there,
    ``path``, ``filename`` and ``stored`` describe it. The file is gone at the end of the block
    unless somebody has moved it.
    """

    def __init__(self, folder: Path, content_type: str, max_bytes: int) -> None:
        """``folder`` takes the file; ``max_bytes`` is the largest form that is taken.

        Raises:
            InvalidParameter: when the content type is not that of a multipart form.
        """
        kind, options = parse_options_header(content_type)
        if kind != b"multipart/form-data" or b"boundary" not in options:
            raise InvalidParameter("file", NOT_A_FORM)
        folder.mkdir(parents=True, exist_ok=True)
        self.fields: dict[str, str] = {}
        self.filename: str | None = None
        self._folder = folder
        self._max_bytes = max_bytes
        self._received = 0
        self._digest = hashlib.sha256()
        self._size = 0
        self._file: Any = None
        self._part = _Part()
        callbacks: dict[str, Callable[..., None]] = {
            "on_part_begin": self._begin_part,
            "on_header_field": self._header_name,
            "on_header_value": self._header_value,
            "on_header_end": self._end_header,
            "on_headers_finished": self._end_headers,
            "on_part_data": self._part_data,
            "on_part_end": self._end_part,
        }
        self._parser = MultipartParser(options[b"boundary"], callbacks)  # type: ignore[arg-type]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.close()
            self.path.unlink(missing_ok=True)

    @property
    def path(self) -> Path:
        """Where the file lies while the block lasts."""
        return Path(self._file.name)

    @property
    def stored(self) -> StoredFile:
        """The file's hash and size."""
        return StoredFile(self._digest.hexdigest(), self._size)

    def write(self, chunk: bytes) -> None:
        """Take the next bytes of the form.

        Raises:
            TooLarge: when there have been too many.
            InvalidParameter: when they are no form.
        """
        self._received += len(chunk)
        if self._received > self._max_bytes:
            raise TooLarge(TOO_LARGE.format(limit=self._max_bytes >> 20))
        try:
            self._parser.write(chunk)
        except FormParserError as error:
            raise InvalidParameter("file", BROKEN_FORM) from error

    def finish(self) -> None:
        """There are no more bytes.

        Raises:
            InvalidParameter: when the form has no end.
        """
        try:
            self._parser.finalize()
        except FormParserError as error:
            raise InvalidParameter("file", BROKEN_FORM) from error
        if self._file is not None:
            self._file.flush()

    def _begin_part(self) -> None:
        self._part = _Part()

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._part.header_name += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._part.header_value += data[start:end]

    def _end_header(self) -> None:
        part = self._part
        if part.header_name.lower() == b"content-disposition":
            part.disposition = part.header_value
        part.header_name = part.header_value = b""

    def _end_headers(self) -> None:
        _, options = parse_options_header(self._part.disposition)
        self._part.name = _decoded(options.get(b"name", b""))
        if self._part.name == "file":
            if self._file is not None:
                raise InvalidParameter("file", ONE_FILE)
            self.filename = _base_name(_decoded(options.get(b"filename", b"")))
            self._part.is_file = True
            self._file = tempfile.NamedTemporaryFile(  # noqa: SIM115
                dir=self._folder, prefix="incoming-", delete=False
            )

    def _part_data(self, data: bytes, start: int, end: int) -> None:
        content = data[start:end]
        if self._part.is_file:
            self._digest.update(content)
            self._size += len(content)
            self._file.write(content)
            return
        self._part.value += content
        if len(self._part.value) > MAX_FIELD_BYTES or len(self.fields) > MAX_FIELDS:
            raise TooLarge(
                Message(
                    f"字段 {self._part.name} 过长。", f"The field {self._part.name} is too long."
                )
            )

    def _end_part(self) -> None:
        if not self._part.is_file:
            self.fields[self._part.name] = _decoded(bytes(self._part.value))


class _Part:
    """The part of the form that is being read."""

    def __init__(self) -> None:
        self.header_name = b""
        self.header_value = b""
        self.disposition = b""
        self.name = ""
        self.is_file = False
        self.value = bytearray()


def _decoded(raw: bytes) -> str:
    for encoding in NAME_ENCODINGS:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise AssertionError("latin-1 decodes everything")


def _base_name(name: str) -> str:
    """The last part of a name that may be a path of either system, without control characters."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(letter for letter in last if letter.isprintable())[:255]
