"""The abstract interpreter: values, state, expressions, calls, statements and assignments."""
