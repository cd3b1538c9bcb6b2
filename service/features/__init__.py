"""Features on their way out: PostGIS writes GeoJSON and tiles, the service passes bytes on."""
