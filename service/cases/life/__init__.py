"""A case's life: its states and moves, who may make them, what they ask for, when they are due."""
