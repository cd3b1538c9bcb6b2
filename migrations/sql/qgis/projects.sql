-- Where QGIS looks for projects in a database (its own table layout), and for styles of layers: the
-- latter only ever in public, which is QGIS's choice.
CREATE TABLE IF NOT EXISTS qgis.qgis_projects (
    name text PRIMARY KEY,
    metadata jsonb,
    content bytea
);

CREATE TABLE IF NOT EXISTS public.layer_styles (
    id serial PRIMARY KEY,
    f_table_catalog varchar,
    f_table_schema varchar,
    f_table_name varchar,
    f_geometry_column varchar,
    stylename text,
    styleqml xml,
    stylesld xml,
    useasdefault boolean,
    description text,
    owner varchar(63) DEFAULT current_user,
    ui xml,
    update_time timestamp DEFAULT CURRENT_TIMESTAMP,
    type varchar
);
