-- A table like those of an application: a key, whose row it is, what it says, when. Before `elira sync:sql`'s part.
CREATE TABLE item (
  id uuid PRIMARY KEY,
  owner text NOT NULL,
  round integer NOT NULL DEFAULT 0,
  title text NOT NULL,
  done boolean NOT NULL DEFAULT false,
  changed_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO item (id, owner, title)
  SELECT ('00000000-0000-4000-8000-' || lpad(g::text, 12, '0'))::uuid, 'somebody', 'item number ' || g || ' of the bench' FROM generate_series(0, $rows - 1) g;
