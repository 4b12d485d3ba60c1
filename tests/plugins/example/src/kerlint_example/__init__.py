"""Rules of our group, which kerlint finds through the entry point in pyproject.toml."""
