"""The reading process: an upload is opened in a child that a hostile file may kill."""
