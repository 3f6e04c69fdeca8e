-- People: who they are, how they prove it, and their sessions. Written by the sign-in library (src/auth) as elira_auth, in its own
-- pool; nobody else sees a password's hash, a session's token or a verification.
--
-- Ids are UUIDs as text, 36 characters, made by the program.

CREATE TABLE users (
  id varchar(36) PRIMARY KEY,
  name text NOT NULL,
  -- Lower case, as the program writes it.
  email text NOT NULL UNIQUE,
  email_verified boolean NOT NULL DEFAULT false,
  image text,
  role varchar(20) NOT NULL DEFAULT 'learner' CHECK (role IN ('learner', 'instructor', 'admin')),

  -- Refused at every door, until the date where there is one.
  banned boolean NOT NULL DEFAULT false,
  ban_reason text,
  ban_expires timestamptz,

  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE sessions (
  id varchar(36) PRIMARY KEY,
  user_id varchar(36) NOT NULL REFERENCES users (id) ON UPDATE CASCADE ON DELETE CASCADE,
  -- What the cookie carries, signed. Secret.
  token text NOT NULL UNIQUE,
  expires_at timestamptz NOT NULL,
  ip_address text,
  user_agent text,
  -- Unused: nobody may act as somebody else. The library's model has it.
  impersonated_by varchar(36),
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX sessions_of_user ON sessions (user_id);

-- A way to sign in: with a password (`provider_id` is credential), later with other providers.
CREATE TABLE accounts (
  id varchar(36) PRIMARY KEY,
  user_id varchar(36) NOT NULL REFERENCES users (id) ON UPDATE CASCADE ON DELETE CASCADE,
  account_id text NOT NULL,
  provider_id text NOT NULL,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamptz,
  refresh_token_expires_at timestamptz,
  scope text,
  -- Salted and hashed (scrypt).
  password text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (provider_id, account_id)
);
CREATE INDEX accounts_of_user ON accounts (user_id);

CREATE TABLE verifications (
  id varchar(36) PRIMARY KEY,
  identifier text NOT NULL,
  value text NOT NULL,
  expires_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX verifications_by_identifier ON verifications (identifier);

ALTER TABLE users ENABLE ROW LEVEL SECURITY;
ALTER TABLE users FORCE ROW LEVEL SECURITY;
ALTER TABLE sessions ENABLE ROW LEVEL SECURITY;
ALTER TABLE sessions FORCE ROW LEVEL SECURITY;
ALTER TABLE accounts ENABLE ROW LEVEL SECURITY;
ALTER TABLE accounts FORCE ROW LEVEL SECURITY;
ALTER TABLE verifications ENABLE ROW LEVEL SECURITY;
ALTER TABLE verifications FORCE ROW LEVEL SECURITY;

CREATE POLICY owner_all ON users TO elira_owner USING (true) WITH CHECK (true);
CREATE POLICY owner_all ON sessions TO elira_owner USING (true) WITH CHECK (true);
CREATE POLICY owner_all ON accounts TO elira_owner USING (true) WITH CHECK (true);
CREATE POLICY owner_all ON verifications TO elira_owner USING (true) WITH CHECK (true);

CREATE POLICY auth_all ON users TO elira_auth USING (true) WITH CHECK (true);
CREATE POLICY auth_all ON sessions TO elira_auth USING (true) WITH CHECK (true);
CREATE POLICY auth_all ON accounts TO elira_auth USING (true) WITH CHECK (true);
CREATE POLICY auth_all ON verifications TO elira_auth USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON users, sessions, accounts, verifications TO elira_auth;

-- The whole of users holds no secret, and a snapshot of it needs a lock, which takes the right to the whole. Of sessions the
-- reader may know which there are, and whose.
CREATE POLICY reader_all ON users FOR SELECT TO elira_reader USING (true);
CREATE POLICY reader_all ON sessions FOR SELECT TO elira_reader USING (true);
GRANT SELECT ON users TO elira_reader;
GRANT SELECT (id, user_id) ON sessions TO elira_reader;
