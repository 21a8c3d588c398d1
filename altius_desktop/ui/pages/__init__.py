"""The pages of the main window, a file or folder each."""
