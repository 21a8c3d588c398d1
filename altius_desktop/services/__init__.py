"""What the office does, a file per area: queries and operations on a session. Frozen rows come out; nothing commits."""
