import { expect, test } from 'vitest';
import { captured, capturedBy } from '../../fixture/captured.ts';
import { one } from '../../fixture/history.ts';
import { onClusters } from '../../fixture/on-clusters.ts';

await onClusters((cluster, version) => {
  test('A10 an inner statement fires its AFTER STATEMENT trigger before the statement whose trigger ran it', async () => {
    const client = await cluster().client();
    await client.query(`INSERT INTO note (id, owner, team) VALUES ('n', 'a', 'x')`);
    await client.query(`
      BEGIN;
      CREATE FUNCTION move_on() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        UPDATE note SET owner = 'c' WHERE id = NEW.id AND owner = 'b'; RETURN NULL; END $$;
      CREATE TRIGGER move_on AFTER INSERT OR UPDATE ON note FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION move_on()`);
    await client.query(`UPDATE note SET owner = 'b' WHERE id = 'n'`);
    // The row stood at a, then b, then c; told in reverse.
    expect((await captured(client)).slice(0, 2)).toEqual(['U n {b,x,false}', 'U n {a,x,false}']);
    await client.query(`ROLLBACK`);
    await client.query(`
      BEGIN;
      CREATE FUNCTION move_on() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        UPDATE note SET owner = 'c' WHERE id = NEW.id; RETURN NULL; END $$;
      CREATE TRIGGER move_on AFTER INSERT ON note FOR EACH ROW EXECUTE FUNCTION move_on()`);
    await client.query(`INSERT INTO note (id, owner) VALUES ('m', 'b')`);
    expect((await captured(client)).slice(0, 2)).toEqual(['U m {b,NULL,false}', 'I m']);
    await client.query('ROLLBACK');
  });

  test.runIf(version >= 18)(
    'A11 a virtual generated column cannot be read from transition tables: compared it is NULL, alone an error',
    async () => {
      const client = await cluster().client();
      const listen = (name: string, event: string, rows: string, select: string): string => `
      CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO heard ${select}; RETURN NULL; END $$;
      CREATE TRIGGER ${name} AFTER ${event} ON generated REFERENCING ${rows} FOR EACH STATEMENT EXECUTE FUNCTION ${name}();`;
      const differs = (column: string): string =>
        `SELECT '${column}' FROM new_rows n FULL JOIN old_rows o ON n.id = o.id WHERE n.id IS NULL OR n.${column} IS DISTINCT FROM o.${column}`;
      await client.query(`
      CREATE TABLE generated (id integer, base integer,
        virtual integer GENERATED ALWAYS AS (base + 1) VIRTUAL, stored integer GENERATED ALWAYS AS (base + 1) STORED);
      CREATE TABLE heard (what text);
      ${listen('by_virtual', 'UPDATE', 'NEW TABLE AS new_rows OLD TABLE AS old_rows', differs('virtual'))}
      ${listen('by_stored', 'UPDATE', 'NEW TABLE AS new_rows OLD TABLE AS old_rows', differs('stored'))}
      ${listen('alone', 'DELETE', 'OLD TABLE AS old_rows', 'SELECT o.virtual::text FROM old_rows o')}
      INSERT INTO generated VALUES (1, 1); UPDATE generated SET base = 2`);
      expect(await one(client, 'SELECT virtual FROM generated')).toBe('3');
      expect(await one(client, `SELECT string_agg(what, ' ') FROM heard`)).toBe('stored');
      await expect(client.query('DELETE FROM generated')).rejects.toThrow('unexpected virtual generated column reference');
    },
  );

  test('A12 DISABLE and ENABLE TRIGGER ALL demote an ALWAYS trigger, which the replica role then skips', async () => {
    const client = await cluster().client();
    const insert = `SET LOCAL session_replication_role = replica; INSERT INTO note (id) VALUES ('replayed')`;
    const enabled = `SELECT string_agg(DISTINCT tgenabled::text, '') FROM pg_trigger WHERE tgrelid = 'note'::regclass AND tgname LIKE 'sync_capture%'`;
    expect(await one(client, enabled)).toBe('A');
    expect(await capturedBy(client, insert)).toEqual(['I replayed']);
    await client.query('BEGIN; ALTER TABLE note DISABLE TRIGGER ALL; ALTER TABLE note ENABLE TRIGGER ALL');
    expect(await one(client, enabled)).toBe('O');
    await client.query(insert);
    expect(await captured(client)).toEqual([]);
    await client.query('ROLLBACK');
  });

  test('A15 every way to change rows fires the triggers of what it does, and one that changes none fires them with empty tables', async () => {
    const client = await cluster().client();
    await client.query(`DELETE FROM note; INSERT INTO note (id, owner) VALUES ('old', 'a')`);
    expect(
      await capturedBy(
        client,
        `INSERT INTO note (id, owner) VALUES ('new', 'b'), ('old', 'b') ON CONFLICT (id) DO UPDATE SET owner = 'b'`,
      ),
    ).toEqual(expect.arrayContaining(['I new', 'U old {a,NULL,false}']));
    expect(await capturedBy(client, `INSERT INTO note (id) VALUES ('old') ON CONFLICT DO NOTHING`)).toEqual([]);
    expect(await capturedBy(client, `COPY note (id) FROM PROGRAM 'echo copied'`)).toEqual(['I copied']);
    if (version >= 15) {
      const merge = `MERGE INTO note USING (VALUES ('old'), ('new')) AS v (id) ON v.id = note.id
        WHEN MATCHED THEN UPDATE SET owner = 'm' WHEN NOT MATCHED THEN INSERT (id) VALUES (v.id)`;
      expect(await capturedBy(client, merge)).toEqual(expect.arrayContaining(['I new', 'U old {a,NULL,false}']));
      expect(
        await capturedBy(client, `MERGE INTO note USING (VALUES ('old')) AS v (id) ON v.id = note.id WHEN MATCHED THEN DELETE`),
      ).toEqual(['D old {a,NULL,false}']);
    }
    await client.query(`
      CREATE TABLE team_list (name text PRIMARY KEY); INSERT INTO team_list VALUES ('x'); UPDATE note SET team = 'x';
      ALTER TABLE note ADD FOREIGN KEY (team) REFERENCES team_list ON DELETE CASCADE ON UPDATE CASCADE`);
    expect(await capturedBy(client, `UPDATE team_list SET name = 'y'`)).toEqual(['U old {a,x,false}']);
    expect(await capturedBy(client, 'DELETE FROM team_list')).toEqual(['D old {a,x,false}']);

    await client.query(`
      CREATE TABLE counted (event text, rows bigint);
      CREATE FUNCTION count_rows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO counted SELECT TG_OP, count(*) FROM changed; RETURN NULL; END $$;
      CREATE TRIGGER i AFTER INSERT ON note REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_rows();
      CREATE TRIGGER u AFTER UPDATE ON note REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_rows();
      CREATE TRIGGER d AFTER DELETE ON note REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION count_rows();
      INSERT INTO note SELECT * FROM note WHERE false; UPDATE note SET owner = 'z' WHERE false; DELETE FROM note WHERE false`);
    expect(await one(client, `SELECT string_agg(event || rows, ' ') FROM counted`)).toBe('INSERT0 UPDATE0 DELETE0');
  });
});
