"""What code that kerlint does not read does: tables from names to transfer functions."""
