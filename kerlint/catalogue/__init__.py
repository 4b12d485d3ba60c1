"""The codes that kerlint knows, without an import of their rules."""
