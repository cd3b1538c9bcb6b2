-- The villages of the account behind a database login; none means everywhere. The session's user
-- cannot be changed by SET ROLE or by a function. A login that is not listed sees nothing, nor does
-- one whose account was disabled: at once, even in a session that is open.
CREATE FUNCTION my_villages() RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT coalesce(
        (SELECT account.villages FROM database_login JOIN account ON account.id = account_id
         WHERE login = session_user AND account.disabled_at IS NULL AND account.role = 'analyst'),
        ARRAY['nowhere'])
$$;


-- A patch belongs to every village in which it was found.
CREATE FUNCTION my_patch(patch bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT my_villages() = '{}' OR EXISTS (
        SELECT FROM finding WHERE patch_id = patch AND village_code = ANY (my_villages()))
$$;

-- The tables' owner, which the service itself connects as, is not bound by these.
ALTER TABLE plot ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_ground ON plot FOR SELECT
    USING ((SELECT my_villages()) = '{}' OR village_code = ANY ((SELECT my_villages())::text[]));

ALTER TABLE suspect_case ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_ground ON suspect_case FOR SELECT
    USING ((SELECT my_villages()) = '{}' OR village_code = ANY ((SELECT my_villages())::text[]));

ALTER TABLE patch ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_ground ON patch FOR SELECT
    USING ((SELECT my_villages()) = '{}' OR my_patch(id));
