"""Files by content hash, in a folder or in an object store."""

from service.files.store import FileStore, StoredFile

__all__ = ["FileStore", "StoredFile"]
