"""Pictures for people: tiles, and chips of one place before and after."""
