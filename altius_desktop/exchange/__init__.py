"""Files in and out. Readers find out what a file is and hand over frozen rows; nothing here writes to the database."""
