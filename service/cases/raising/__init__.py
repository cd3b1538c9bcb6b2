"""From the sightings of a run to cases: raised, joined, changed, withdrawn."""
