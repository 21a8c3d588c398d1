"""Altius Desktop: the workplace of every employee, on one shared PostgreSQL."""

__version__ = "0.1.0"
