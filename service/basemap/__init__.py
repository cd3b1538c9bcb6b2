"""The ground beneath the map, from a server that the deployment names; none by default."""
