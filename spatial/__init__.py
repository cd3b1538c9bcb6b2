"""Everything that can be computed from files and arrays; knows no database and no HTTP."""
