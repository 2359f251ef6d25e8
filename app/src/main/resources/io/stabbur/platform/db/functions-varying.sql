-- A function of these names of Postgres or of an extension that is not immutable and may answer by who asks, or run a text as a
-- statement: all but those that are known to depend on their arguments, the time, chance and the session's formats alone.
with called as materialized (
  select p.oid, p.proname, p.pronamespace
  from pg_catalog.pg_proc p
  where pg_catalog.lower(p.proname) = any (?::text[]) and p.provolatile <> 'i'
)
select p.oid
from called p
left join pg_catalog.pg_depend d
  on d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.objid = p.oid and d.deptype = 'e'
left join pg_catalog.pg_extension e on e.oid = d.refobjid
where (p.pronamespace = 'pg_catalog'::pg_catalog.regnamespace or e.extname is not null)
  and coalesce(e.extname, '') not in (
    'btree_gin', 'btree_gist', 'citext', 'cube', 'earthdistance', 'fuzzystrmatch', 'hstore', 'intarray', 'isn', 'ltree', 'pg_trgm',
    'pgcrypto', 'postgis', 'unaccent', 'uuid-ossp', 'vector')
  and p.proname !~ ('^(age|anytextcat|array_\w+|bernoulli|clock_timestamp|concat|concat_ws|convert|convert_from|convert_to|date|'
    || 'date_\w+|enum_\w+|extract|format|format_type|gen_random_uuid|generate_series|in_range|interval_\w+|jsonb?_\w+|length|'
    || 'make_timestamptz|money|now|numeric|overlaps|pg_collation_for|pg_column_size|pg_typeof|phraseto_tsquery|plainto_tsquery|'
    || 'quote_literal|quote_nullable|random|row_to_json|statement_timestamp|system|textanycat|time|timeofday|timestamp\w*|timetz|'
    || 'timezone|to_char|to_date|to_jsonb?|to_number|to_timestamp|to_tsquery|to_tsvector|transaction_timestamp|ts_headline|version|'
    || 'websearch_to_tsquery|xml|xml_is_well_formed)$')
limit 1
