"""What changed between two scenes, found without a teacher."""
