"""Execution paths: which are followed, and which findings depend on none of their branches."""
