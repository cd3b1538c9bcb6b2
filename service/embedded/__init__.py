"""A private PostGIS cluster in the home folder, from the system's own PostgreSQL."""

from service.embedded.cluster import Cluster, cluster_database_url
from service.embedded.home import HomeInUse, HomeLock, prepare_home

__all__ = ["Cluster", "HomeInUse", "HomeLock", "cluster_database_url", "prepare_home"]
