-- Users and their sessions; moves as a whole. About 90,000 rows.

DO $roles$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'identity_owner') THEN
    CREATE ROLE identity_owner;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'identity_app') THEN
    CREATE ROLE identity_app LOGIN;
  END IF;
END
$roles$;

CREATE EXTENSION pgcrypto;
CREATE EXTENSION citext;
CREATE SCHEMA identity AUTHORIZATION identity_owner;
CREATE SCHEMA oauth AUTHORIZATION identity_owner;

SET ROLE identity_owner;
CREATE TYPE identity.status AS ENUM ('invited', 'active', 'locked');

CREATE TABLE identity.users (
  id         uuid PRIMARY KEY DEFAULT public.gen_random_uuid(),
  email      public.citext NOT NULL UNIQUE,
  status     identity.status NOT NULL DEFAULT 'invited',
  password   text NOT NULL,
  profile    jsonb NOT NULL DEFAULT '{}',
  last_seen  inet,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE identity.groups (
  id   smallint GENERATED ALWAYS AS IDENTITY (START WITH -100 MINVALUE -100 INCREMENT BY 1) PRIMARY KEY,
  name text NOT NULL UNIQUE
);
CREATE TABLE identity.memberships (
  user_id  uuid NOT NULL REFERENCES identity.users ON DELETE CASCADE,
  group_id smallint NOT NULL REFERENCES identity.groups,
  since    date NOT NULL,
  PRIMARY KEY (user_id, group_id)
);
CREATE TABLE oauth.tokens (
  id         bigserial PRIMARY KEY,
  user_id    uuid NOT NULL,
  hash       bytea NOT NULL,
  scopes     text[] NOT NULL,
  expires_at timestamptz NOT NULL
);

INSERT INTO identity.users (id, email, status, password, profile, last_seen, created_at)
SELECT md5('user ' || i)::uuid, 'User.' || i || '@example.com', (enum_range(NULL::identity.status))[1 + i % 3],
  'not-a-hash-' || md5(i::text), jsonb_build_object('n', i, 'lang', (ARRAY['uk', 'en', 'pl'])[1 + i % 3], 'nick', NULL),
  CASE WHEN i % 4 > 0 THEN inet '192.168.0.0' + i END, timestamptz '2022-01-01 00:00+00' + i * interval '31 minutes'
FROM generate_series(1, 20000) AS i;
INSERT INTO identity.groups (name) SELECT 'group ' || i FROM generate_series(1, 60) AS i;
INSERT INTO identity.memberships
SELECT md5('user ' || i)::uuid, -100 + (i + n * 11) % 60, date '2023-01-01' + i % 700
FROM generate_series(1, 20000) AS i, generate_series(1, 2) AS n;
INSERT INTO oauth.tokens (user_id, hash, scopes, expires_at)
SELECT md5('user ' || (1 + i % 20000))::uuid, decode(md5('token ' || i), 'hex'), ARRAY['read', CASE WHEN i % 2 = 0 THEN 'write' END],
  CASE WHEN i % 100 = 0 THEN 'infinity' ELSE timestamptz '2025-06-01 00:00+00' + i * interval '1 minute' END
FROM generate_series(1, 30000) AS i;

-- Added later, and never checked against the old rows: it has to arrive unchecked.
ALTER TABLE oauth.tokens ADD CONSTRAINT tokens_user FOREIGN KEY (user_id) REFERENCES identity.users NOT VALID;

CREATE INDEX users_profile ON identity.users USING gin (profile jsonb_path_ops);
CREATE INDEX users_locked ON identity.users (created_at) WHERE status = 'locked';
CREATE INDEX memberships_by_group ON identity.memberships (group_id);
CREATE INDEX tokens_expiry ON oauth.tokens (expires_at, (cardinality(scopes)));
ALTER TABLE identity.memberships CLUSTER ON memberships_pkey;
ALTER TABLE oauth.tokens REPLICA IDENTITY FULL;
ALTER TABLE identity.users ALTER COLUMN email SET STATISTICS 500;

CREATE FUNCTION identity.touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.created_at := OLD.created_at; RETURN NEW; END $$;
CREATE TRIGGER touch BEFORE UPDATE ON identity.users FOR EACH ROW EXECUTE FUNCTION identity.touch();
ALTER TABLE identity.users ENABLE ALWAYS TRIGGER touch;
CREATE VIEW identity.active_users AS SELECT id, email FROM identity.users WHERE status = 'active' WITH LOCAL CHECK OPTION;
GRANT USAGE ON SCHEMA identity, oauth TO identity_app;
GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA identity, oauth TO identity_app;
RESET ROLE;
