"""Repairs: what a rule proposes becomes edits of the source, and edits become files."""
