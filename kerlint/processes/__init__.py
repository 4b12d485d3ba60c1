"""Worker processes, and what happens to them when a run is interrupted."""
