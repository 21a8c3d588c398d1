"""The verbs of the command line, a module per area; each imports what it needs when it runs."""
