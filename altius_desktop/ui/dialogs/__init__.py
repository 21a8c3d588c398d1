"""Dialogs: each does one act of the user, and keeps what was typed until it is saved."""
