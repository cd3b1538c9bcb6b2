-- Edits of plots, by every door: QGIS on the database, and OGC API by HTTP. They are validated with
-- sentences for people, keep what was, raise the row's version, and lose against a newer row.

-- Who edits: the database login, or the person on whose behalf the service connects.
CREATE OR REPLACE FUNCTION qgis.actor() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT CASE WHEN EXISTS (SELECT FROM database_login WHERE login = session_user)
                THEN session_user::text
                ELSE coalesce(nullif(current_setting('plotwatch.actor', true), ''), session_user)
           END
$$;

-- Villages of whoever edits; empty means everywhere.
CREATE OR REPLACE FUNCTION qgis.editor_villages() RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    found_login database_login;
    named text := nullif(current_setting('plotwatch.villages', true), '');
BEGIN
    SELECT * INTO found_login FROM database_login WHERE login = session_user;
    IF found_login.login IS NULL THEN
        RETURN coalesce(named, '{}')::text[];
    END IF;
    IF NOT found_login.may_edit THEN
        RAISE EXCEPTION '您的账号只能查看，不能编辑地块；需要编辑请联系专班办公室。'
            USING ERRCODE = '42501',
            DETAIL = 'Your account may read plots, not edit them; ask the office.';
    END IF;
    RETURN my_villages();
END
$$;

CREATE OR REPLACE FUNCTION qgis.checked_geometry(plot_no text, geom geometry) RETURNS geometry
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    IF geom IS NULL OR ST_IsEmpty(geom) THEN
        RAISE EXCEPTION '地块 % 没有图形，请画出边界后再保存。', plot_no USING ERRCODE = '23514',
            DETAIL = format('Plot %s has no outline; draw it before saving.', plot_no);
    END IF;
    IF NOT ST_IsValid(geom) THEN
        RAISE EXCEPTION '地块 % 的边界有误（%），请修正后再保存。', plot_no, ST_IsValidReason(geom)
            USING ERRCODE = '23514', DETAIL = format(
                'The outline of plot %s is not valid: %s.', plot_no, ST_IsValidReason(geom));
    END IF;
    IF ST_Area(geom::geography, true) < 1 THEN
        RAISE EXCEPTION '地块 % 的面积不足 1 平方米，请检查图形。', plot_no USING ERRCODE = '23514',
            DETAIL = format('Plot %s is smaller than one square metre.', plot_no);
    END IF;
    RETURN ST_Multi(ST_ForcePolygonCCW(ST_Force2D(geom)));
END
$$;

-- The village in which a plot lies: the one that holds a point inside it.
CREATE OR REPLACE FUNCTION qgis.village_at(ground geometry) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT code FROM village_boundary b
    WHERE b.version_id = (SELECT id FROM layer_version
                          WHERE layer = 'villages' AND superseded_at IS NULL)
      AND ST_Intersects(b.geom, ST_PointOnSurface(ground))
    ORDER BY code LIMIT 1
$$;

-- Refuses ground that mostly lies outside the village it is said to belong to. Where that village
-- has no boundary in force, nothing can be said.
CREATE OR REPLACE FUNCTION qgis.refuse_ground_outside(plot_no text, village text, ground geometry)
RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    share float;
BEGIN
    -- Most plots lie wholly inside: that is told much sooner than what is shared.
    SELECT sum(CASE WHEN ST_Covers(b.geom, ground) THEN ST_Area(ground)
                    ELSE ST_Area(ST_Intersection(b.geom, ground)) END) / ST_Area(ground) INTO share
    FROM village_boundary b
    WHERE b.version_id = (SELECT id FROM layer_version
                          WHERE layer = 'villages' AND superseded_at IS NULL)
      AND b.code = village;
    IF share < 0.5 THEN
        RAISE EXCEPTION '地块 % 的图形大部分不在村 % 的范围内，请检查位置或村代码。',
            plot_no, village USING ERRCODE = '23514', DETAIL = format(
                'Most of plot %s lies outside village %s; check outline and code.',
                plot_no, village);
    END IF;
END
$$;

CREATE OR REPLACE FUNCTION qgis.protection_of(class_system text, class text, planting text) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    protects text;
BEGIN
    SELECT protection INTO protects FROM land_class WHERE system = class_system AND code = class;
    IF protects IS NULL THEN
        RAISE EXCEPTION '地类编码 % 不在分类体系 % 中，请填写正确的编码（如 0101 水田）。',
            coalesce(class, '（空）'), class_system USING ERRCODE = '23514', DETAIL = format(
                'Land class %s is not in system %s.', coalesce(class, '(empty)'), class_system);
    END IF;
    IF protects <> 'cropland' AND EXISTS (
        SELECT FROM land_class WHERE system = 'planting' AND code = planting) THEN
        RETURN 'recoverable';
    END IF;
    RETURN protects;
END
$$;

CREATE OR REPLACE FUNCTION qgis.edit_plot() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    current_version bigint;
    before plot;
    after plot;
    mine text[] := qgis.editor_villages();
    redrawn boolean;
BEGIN
    SELECT id INTO current_version FROM layer_version
    WHERE layer = 'plots' AND superseded_at IS NULL FOR NO KEY UPDATE;
    IF current_version IS NULL THEN
        RAISE EXCEPTION '还没有导入地块图层，请先导入再编辑。' USING ERRCODE = '55000',
            DETAIL = 'No plots have been imported yet; import them first.';
    END IF;
    IF TG_OP <> 'INSERT' THEN
        SELECT * INTO before FROM plot
        WHERE version_id = current_version AND id = OLD.id FOR UPDATE;
        IF before.id IS NULL THEN
            RAISE EXCEPTION '地块 % 已被他人删除或图层已更新，请刷新后再编辑。', OLD.plot_no
                USING ERRCODE = '40001', DETAIL = format(
                    'Plot %s was removed or imported anew; reload it first.', OLD.plot_no);
        END IF;
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.edit_token IS DISTINCT FROM 'v' || before.row_version THEN
        RAISE EXCEPTION '地块 % 已被他人修改（现为第 % 版），您的修改没有保存。请刷新图层后再编辑。',
            before.plot_no, before.row_version USING ERRCODE = '40001',
            DETAIL = format(
                'Plot %s was changed by another (now version %s) and your change is not kept;'
                ' reload it first.', before.plot_no, before.row_version),
            HINT = 'Send edit_token = ''v'' || row_version, as the Plotwatch project does.';
    END IF;

    IF TG_OP <> 'DELETE' THEN
        after := before;
        after.plot_no := nullif(btrim(NEW.plot_no), '');
        after.land_class := upper(btrim(NEW.land_class));
        after.planting := NEW.planting;
        after.slope_grade := NEW.slope_grade;
        after.ownership := NEW.ownership;
        after.area_reported_m2 := NEW.area_reported_m2;
        -- What was imported stays as it is until somebody draws it anew; large outlines take
        -- seconds to check.
        redrawn := TG_OP = 'INSERT' OR NEW.geom::bytea IS DISTINCT FROM before.geom::bytea;
        IF redrawn THEN
            after.geom := qgis.checked_geometry(coalesce(after.plot_no, '（未编号）'), NEW.geom);
            after.area_m2 := ST_Area(after.geom::geography, true);
        END IF;
        after.village_code := coalesce(nullif(btrim(NEW.village_code), ''),
                                       qgis.village_at(after.geom));
        after.land_class_system := coalesce(before.land_class_system, (
            SELECT land_class_system FROM plot WHERE version_id = current_version LIMIT 1), 'SD3');
        after.protection := qgis.protection_of(
            after.land_class_system, after.land_class, after.planting);
        IF after.plot_no IS NULL THEN
            RAISE EXCEPTION '地块编号不能为空。' USING ERRCODE = '23502',
                DETAIL = 'A plot needs a number.';
        END IF;
        IF after.village_code IS NULL OR NOT EXISTS (
            SELECT FROM village WHERE code = after.village_code) THEN
            RAISE EXCEPTION '地块 % 不在任何村内（村代码 %），请检查位置或村代码。',
                after.plot_no, coalesce(after.village_code, '空') USING ERRCODE = '23514',
                DETAIL = format('Plot %s lies in no village (code %s); check outline and code.',
                                after.plot_no, coalesce(after.village_code, 'empty'));
        END IF;
    END IF;
    IF mine <> '{}' AND NOT (coalesce(before.village_code, after.village_code) = ANY (mine)
                             AND coalesce(after.village_code, before.village_code) = ANY (mine)) THEN
        RAISE EXCEPTION '地块 % 不在您负责的村内，不能编辑。',
            coalesce(after.plot_no, before.plot_no) USING ERRCODE = '42501', DETAIL = format(
                'Plot %s is not in your villages.', coalesce(after.plot_no, before.plot_no));
    END IF;
    IF TG_OP <> 'DELETE' AND (redrawn OR after.village_code <> before.village_code) THEN
        PERFORM qgis.refuse_ground_outside(after.plot_no, after.village_code, after.geom);
    END IF;

    IF TG_OP = 'INSERT' THEN
        after.version_id := current_version;
        after.id := nextval('plot_id');
        after.row_version := 1;
        after.attributes := '{}';
        INSERT INTO plot VALUES (after.*);
    ELSIF TG_OP = 'UPDATE' THEN
        after.row_version := before.row_version + 1;
        UPDATE plot SET row_version = after.row_version, plot_no = after.plot_no,
            village_code = after.village_code, land_class = after.land_class,
            planting = after.planting, slope_grade = after.slope_grade,
            ownership = after.ownership, area_m2 = after.area_m2,
            area_reported_m2 = after.area_reported_m2, protection = after.protection,
            geom = after.geom
        WHERE version_id = current_version AND id = before.id;
    ELSE
        DELETE FROM plot WHERE version_id = current_version AND id = before.id;
    END IF;
    INSERT INTO plot_edit (version_id, plot_id, row_version, operation, actor, at, content, geom)
    VALUES (current_version, coalesce(before.id, after.id), coalesce(before.row_version, 0),
            lower(TG_OP), qgis.actor(), clock_timestamp(),
            CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(before) - 'geom' END, before.geom);
    UPDATE layer_version SET edited_at = clock_timestamp(),
        feature_count = feature_count + (TG_OP = 'INSERT')::int - (TG_OP = 'DELETE')::int
    WHERE id = current_version;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    NEW.id := after.id;
    NEW.row_version := after.row_version;
    NEW.village_code := after.village_code;
    NEW.protection := after.protection;
    NEW.area_m2 := after.area_m2;
    RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER edit_plot INSTEAD OF INSERT OR UPDATE OR DELETE ON qgis.plots
FOR EACH ROW EXECUTE FUNCTION qgis.edit_plot();
