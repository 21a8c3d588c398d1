"""Speeds beside the same work in bare SQL, measured in one run: `make bench`, SIZE=small for two minutes."""
