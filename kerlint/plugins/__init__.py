"""Rules that other installed packages add."""
