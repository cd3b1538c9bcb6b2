"""The processes of a running Plotwatch: an open home, the server, the workers, their supervisor."""
