"""Tables: one opened layer of any format, as columns and shapes in chunks of rows."""
