"""A run: from paths to findings, file by file, with a cache, suppressions and a baseline."""
