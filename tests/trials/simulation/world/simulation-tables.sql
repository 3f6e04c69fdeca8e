-- The tables of a simulation on real PostgreSQL, for comparing the model with it. Their columns are in simulation-tables.ts as well.

CREATE TABLE note (
  id text PRIMARY KEY,
  owner text,
  team text,
  is_public boolean NOT NULL DEFAULT false,
  body text,
  secret text,
  version integer NOT NULL DEFAULT 1,
  unseen integer NOT NULL DEFAULT 0
);
CREATE TABLE tick (id bigint PRIMARY KEY, board text, count bigint NOT NULL DEFAULT 0);
CREATE TABLE member (id bigint PRIMARY KEY, person text, team text, remark text);
CREATE TABLE person (id text PRIMARY KEY, role text NOT NULL, name text);
CREATE TABLE mutations (id text PRIMARY KEY, user_id text NOT NULL, name text, status text NOT NULL, answer text);
CREATE TABLE slate (id text PRIMARY KEY, user_id text NOT NULL, seq integer NOT NULL, writes integer NOT NULL DEFAULT 0);
