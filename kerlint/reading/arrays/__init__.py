"""The abstract domain of arrays: shapes, ranges, classes and dtypes."""
