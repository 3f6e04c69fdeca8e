-- The doorbells that the baseline rings from its capture; the engine leaves them to the application.
CREATE FUNCTION ring() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('bench', '');
  RETURN NULL;
END $$;
CREATE TRIGGER ring AFTER UPDATE ON enrollment FOR EACH STATEMENT EXECUTE FUNCTION ring();
CREATE TRIGGER ring AFTER UPDATE ON course FOR EACH STATEMENT EXECUTE FUNCTION ring();
