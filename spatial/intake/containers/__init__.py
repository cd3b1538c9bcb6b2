"""Containers: what lies in an upload, unpacked safely, told by content, one layer chosen."""
