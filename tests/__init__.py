"""Everything the package promises, in the package's own order."""
