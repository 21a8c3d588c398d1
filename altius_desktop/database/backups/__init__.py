"""A company in one file and back: the file, the server's own programs, making, trying out, restoring."""
