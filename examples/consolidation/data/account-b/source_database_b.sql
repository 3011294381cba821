-- A support desk with device telemetry. About 195,000 rows, all made here, the same at every run.

-- `readonly` exists in account A too, with other rights: the manifest gives this one another name on the target.
DO $roles$
DECLARE
  wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['desk_owner', 'desk_app', 'readonly'] LOOP
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = wanted) THEN
      EXECUTE format('CREATE ROLE %I', wanted);
    END IF;
  END LOOP;
END
$roles$;
ALTER ROLE desk_app LOGIN;

CREATE EXTENSION hstore;
CREATE EXTENSION btree_gist;

CREATE SCHEMA desk AUTHORIZATION desk_owner;
CREATE SCHEMA telemetry AUTHORIZATION desk_owner;
CREATE SCHEMA "Legacy Import" AUTHORIZATION desk_owner;

SET ROLE desk_owner;

CREATE TYPE desk.priority AS ENUM ('low', 'normal', 'high', 'it''s burning');
CREATE TYPE desk.shift AS RANGE (subtype = timestamptz);
CREATE DOMAIN telemetry.celsius AS real CHECK (VALUE > -273.15);

CREATE TABLE desk.agents (
  id       uuid PRIMARY KEY,
  name     text NOT NULL,
  skills   public.hstore NOT NULL DEFAULT '',
  phone    text[],
  photo    bytea
);

CREATE TABLE desk.tickets (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  parent_id  bigint REFERENCES desk.tickets ON DELETE SET NULL,
  agent_id   uuid REFERENCES desk.agents,
  priority   desk.priority NOT NULL DEFAULT 'normal',
  subject    varchar(200) NOT NULL,
  body       text,
  opened_at  timestamptz NOT NULL,
  closed_at  timestamptz,
  CHECK (closed_at IS NULL OR closed_at >= opened_at)
);

-- An agent works one shift at a time.
CREATE TABLE desk.shifts (
  agent_id uuid NOT NULL REFERENCES desk.agents,
  during   desk.shift NOT NULL,
  EXCLUDE USING gist (agent_id WITH =, during WITH &&)
);

CREATE TABLE telemetry.devices (
  id       int PRIMARY KEY,
  serial   char(12) NOT NULL UNIQUE,
  mac      macaddr NOT NULL,
  location point,
  firmware int[] NOT NULL
);

CREATE TABLE telemetry.readings (
  device_id   int NOT NULL,
  measured_at timestamp NOT NULL,
  temperature telemetry.celsius,
  voltage     double precision,
  flags       bit(4) NOT NULL,
  raw         bytea,
  PRIMARY KEY (device_id, measured_at)
) PARTITION BY HASH (device_id);
CREATE TABLE telemetry.readings_0 PARTITION OF telemetry.readings FOR VALUES WITH (MODULUS 3, REMAINDER 0);
CREATE TABLE telemetry.readings_1 PARTITION OF telemetry.readings FOR VALUES WITH (MODULUS 3, REMAINDER 1);
CREATE TABLE telemetry.readings_2 PARTITION OF telemetry.readings FOR VALUES WITH (MODULUS 3, REMAINDER 2);

CREATE TABLE "Legacy Import"."Contacts (old)" ("ID" int, "Full Name" text, "user" xml, "%percent" money);
-- A table without a single column, and one without a row.
CREATE TABLE "Legacy Import".nothing ();
CREATE TABLE "Legacy Import".empty (id int PRIMARY KEY, note text);

INSERT INTO desk.agents
SELECT
  md5('agent ' || i)::uuid,
  'Agent ' || i,
  public.hstore(ARRAY['lang', 'level', 'note'], ARRAY[(ARRAY['en', 'de', 'uk'])[1 + i % 3], (i % 5)::text, NULL]),
  CASE WHEN i % 2 = 0 THEN ARRAY['+49 30 ' || i, '+1 555 ' || i] END,
  decode(repeat(md5(i::text), 20), 'hex')
FROM generate_series(1, 300) AS i;

INSERT INTO desk.tickets (parent_id, agent_id, priority, subject, body, opened_at, closed_at)
SELECT
  CASE WHEN i > 100 AND i % 10 = 0 THEN i / 10 END,
  CASE WHEN i % 6 > 0 THEN md5('agent ' || (1 + i % 300))::uuid END,
  (enum_range(NULL::desk.priority))[1 + i % 4],
  'Ticket ' || i || ': ' || (ARRAY['printer on fire', 'naïve café', 'won''t boot', 'привіт'])[1 + i % 4],
  repeat('Lorem ipsum dolor sit amet. ', i % 12) || CASE WHEN i % 500 = 0 THEN repeat(md5(i::text), 300) ELSE '' END,
  timestamptz '2025-03-01 00:00+00' + i * interval '3 minutes',
  CASE WHEN i % 3 > 0 THEN timestamptz '2025-03-01 00:00+00' + i * interval '3 minutes' + (i % 90) * interval '1 hour' END
FROM generate_series(1, 40000) AS i;

INSERT INTO desk.shifts
SELECT md5('agent ' || a)::uuid, desk.shift(timestamptz '2025-03-01 08:00+00' + d * interval '1 day', timestamptz '2025-03-01 16:00+00' + d * interval '1 day')
FROM generate_series(1, 300) AS a, generate_series(0, 9) AS d;

INSERT INTO telemetry.devices
SELECT i, 'SN' || lpad(i::text, 10, '0'), ('02:00:00:00:' || lpad(to_hex(i / 256), 2, '0') || ':' || lpad(to_hex(i % 256), 2, '0'))::macaddr,
  CASE WHEN i % 7 > 0 THEN point(i % 90 + 0.5, -(i % 180) / 3.0) END, ARRAY[1, i % 10, -i]
FROM generate_series(1, 1500) AS i;

INSERT INTO telemetry.readings
SELECT
  d, timestamp '2025-06-01' + n * interval '1 minute',
  CASE WHEN (d + n) % 11 > 0 THEN ((d * 31 + n * 7) % 900) / 10.0 - 20 END,
  CASE (d + n) % 97 WHEN 0 THEN 'NaN' WHEN 1 THEN '-Infinity' ELSE 1 / (d + n)::float8 END,
  ((d + n) % 16)::bit(4),
  CASE WHEN n % 25 = 0 THEN decode(md5(d || ' ' || n), 'hex') END
FROM generate_series(1, 1500) AS d, generate_series(1, 100) AS n;

INSERT INTO "Legacy Import"."Contacts (old)"
SELECT i, CASE WHEN i % 3 > 0 THEN 'Contact' || i END, ('<c n="' || i || '"/>')::xml, (i % 1000)::money
FROM generate_series(1, 2000) AS i;
INSERT INTO "Legacy Import".nothing SELECT FROM generate_series(1, 12);

CREATE INDEX tickets_open ON desk.tickets (priority DESC, opened_at) WHERE closed_at IS NULL;
CREATE INDEX tickets_by_agent ON desk.tickets (agent_id) INCLUDE (closed_at);
CREATE INDEX tickets_words ON desk.tickets USING gin (to_tsvector('english', subject));
CREATE INDEX agents_skills ON desk.agents USING gin (skills);
CREATE INDEX readings_time ON telemetry.readings USING brin (measured_at);
CREATE INDEX devices_location ON telemetry.devices USING gist (location);
CREATE INDEX contacts_hash ON "Legacy Import"."Contacts (old)" USING hash ("Full Name");

CREATE FUNCTION desk.close_children() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE desk.tickets SET closed_at = NEW.closed_at WHERE parent_id = NEW.id AND closed_at IS NULL AND opened_at <= NEW.closed_at;
  RETURN NEW;
END
$$;
CREATE TRIGGER close_children AFTER UPDATE OF closed_at ON desk.tickets
  FOR EACH ROW WHEN (NEW.closed_at IS NOT NULL) EXECUTE FUNCTION desk.close_children();

CREATE FUNCTION desk.load_of(agent uuid) RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE
RETURN (SELECT count(*) FROM desk.tickets WHERE agent_id = agent AND closed_at IS NULL);
COMMENT ON FUNCTION desk.load_of(uuid) IS 'Open tickets; needs PostgreSQL 14 for its SQL-standard body';

CREATE VIEW desk.workload AS SELECT id, name, desk.load_of(id) AS open_tickets FROM desk.agents;
CREATE MATERIALIZED VIEW telemetry.daily AS
SELECT device_id, measured_at::date AS day, avg(temperature) AS temperature, count(*) AS readings
FROM telemetry.readings GROUP BY 1, 2;
CREATE INDEX daily_by_day ON telemetry.daily (day, device_id);

ALTER TABLE desk.tickets ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON desk.tickets FOR SELECT TO readonly USING (closed_at IS NOT NULL);
CREATE POLICY everything ON desk.tickets TO desk_app USING (true) WITH CHECK (priority <> 'it''s burning');

GRANT USAGE ON SCHEMA desk, telemetry TO desk_app, readonly;
GRANT ALL ON ALL TABLES IN SCHEMA desk TO desk_app WITH GRANT OPTION;
GRANT SELECT ON ALL TABLES IN SCHEMA telemetry TO readonly;
GRANT EXECUTE ON FUNCTION desk.load_of(uuid) TO desk_app;

RESET ROLE;
