-- The roles of Elira. Run at every start, before the migrations, as the user of DATABASE_URL.
--
-- Not a numbered migration, because roles belong to the whole cluster and migrations to one database: a second database of the
-- cluster, or a dump restored elsewhere, finds them present or absent whatever its own migrations say. Changes nothing when all is
-- in order. Two databases may race here: whoever comes second finds the role made.
--
--   elira_owner   owns tables and functions, runs the migrations
--   elira_app     users' queries; row-level security decides what it sees
--   elira_flush   the group-committing writer: no rights on tables, only on its functions
--   elira_reader  the stream's reader: sees the synchronised tables, writes nothing
--   elira_auth    sessions and accounts
--
-- None of them may log in: the pools log in as the user of DATABASE_URL and take their role at connect.

DO $$
DECLARE
  wanted text;
  member boolean;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['elira_owner', 'elira_app', 'elira_flush', 'elira_reader', 'elira_auth'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
      BEGIN
        EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
      EXCEPTION WHEN duplicate_object OR unique_violation THEN
        NULL;
      END;
    END IF;
    -- From 16 on, who makes a role may administer it, but neither take it nor use its rights, until granted to himself.
    IF current_setting('server_version_num')::int >= 160000 THEN
      member := pg_has_role(current_user, wanted, 'SET') AND pg_has_role(current_user, wanted, 'USAGE');
    ELSE
      member := pg_has_role(current_user, wanted, 'USAGE');
    END IF;
    IF NOT member THEN
      EXECUTE format('GRANT %I TO current_user', wanted);
    END IF;
  END LOOP;
END $$;

-- What the owner needs in this database. Where it is there already nothing is written, so that servers need no right to grant it.
DO $$
BEGIN
  IF NOT has_database_privilege('elira_owner', current_database(), 'CREATE') THEN
    EXECUTE format('GRANT CREATE ON DATABASE %I TO elira_owner', current_database());
  END IF;
  IF NOT (has_schema_privilege('elira_owner', 'public', 'USAGE') AND has_schema_privilege('elira_owner', 'public', 'CREATE')) THEN
    GRANT USAGE, CREATE ON SCHEMA public TO elira_owner;
  END IF;
  -- Who may not grant gets a warning from PostgreSQL, and would fail much later for a reason that is hard to read.
  IF NOT has_database_privilege('elira_owner', current_database(), 'CREATE') OR NOT has_schema_privilege('elira_owner', 'public', 'CREATE') THEN
    RAISE EXCEPTION 'elira_owner may not create objects in this database' USING ERRCODE = 'insufficient_privilege';
  END IF;
END $$;

-- Before 15 anyone may create objects in public, where a function of theirs could stand in for one of ours.
DO $$
BEGIN
  IF has_schema_privilege('public', 'public', 'CREATE')
    AND pg_has_role(current_user, (SELECT n.nspowner FROM pg_namespace n WHERE n.nspname = 'public'), 'USAGE') THEN
    GRANT USAGE, CREATE ON SCHEMA public TO elira_owner;
    REVOKE CREATE ON SCHEMA public FROM PUBLIC;
  END IF;
END $$;
