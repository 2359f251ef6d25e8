-- Functions that somebody wrote, with whether their text can be read, and that text: with the default values and the types of
-- arguments and result, which are not named where it is called; an aggregate as the text that calls its functions. First those
-- declared immutable; then those that are called by these names, and those of one row that go by these words, for `row.word` calls
-- them. What is known to depend on its arguments alone is left out: functions of our own as long as they have our text, since a
-- project's owner may make and replace functions in our schemas, and those of a Supabase project's realtime server.
select p.oid::text, p.prokind = 'a' or l.lanname in ('sql', 'plpgsql'),
  case when p.prokind = 'a' then (
      select pg_catalog.string_agg(pg_catalog.quote_ident(f.proname) || '()', ' ')
      from pg_catalog.pg_aggregate a
      join pg_catalog.pg_proc f on f.oid in (a.aggtransfn, a.aggfinalfn, a.aggcombinefn, a.aggmtransfn, a.aggminvtransfn, a.aggmfinalfn)
      where a.aggfnoid = p.oid)
    else case when p.prosqlbody is null then p.prosrc else pg_catalog.pg_get_function_sqlbody(p.oid) end
      || pg_catalog.concat(' ', pg_catalog.pg_get_expr(p.proargdefaults, 0), ' ', (
        select pg_catalog.string_agg(pg_catalog.format_type(t.oid, null), ' ')
        from pg_catalog.unnest(coalesce(p.proallargtypes, p.proargtypes::oid[]) || p.prorettype) t (oid)
        where t.oid >= 16384)) end
from pg_catalog.pg_proc p
join pg_catalog.pg_namespace n on n.oid = p.pronamespace
join pg_catalog.pg_language l on l.oid = p.prolang
cross join (select ?::boolean, ?::text[], ?::text[]) asked (first, calls, words)
where case when asked.first then p.provolatile = 'i' and p.prokind = 'f'
    else pg_catalog.lower(p.proname) = any (asked.calls)
      or pg_catalog.lower(p.proname) = any (asked.words) and p.pronargs = 1
        and exists (select from pg_catalog.pg_type t where t.oid = p.proargtypes[0] and t.typtype = 'c') end
  and n.nspname not in ('pg_catalog', 'information_schema')
  and not exists (
    select from pg_catalog.pg_depend d
    where d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.objid = p.oid and d.deptype = 'e')
  and not (p.provolatile = 'i' and p.pronargdefaults = 0 and (n.nspname || '.' || p.proname,
    pg_catalog.md5(case when p.prosqlbody is null then p.prosrc else pg_catalog.pg_get_function_sqlbody(p.oid) end)) in (
    ('net._address', '32fbc3548b481d233103135e1504f460'),
    ('net._urlencode', 'e0cae6bcd1bfdf77a75e06c38f897587'),
    ('realtime.to_regrole', '2677dae9d5ded0a2b792d8f4c54b4886'),
    ('stabbur.cron_field_has', '5b81a54c2fcdeb1aeeb128eb8b2fd802'),
    ('stabbur.cron_fields', '80dd2852bd7d2afd522f717276d186cc'),
    ('stabbur.cron_is_due', 'd1a03cf37a218241955cd6ed5336b9cb'),
    ('stabbur.cron_planned', '6984199d3c9064610b140f77c10d7ad4'),
    ('stabbur.cron_seconds', 'd9f3e22a3ec16e8434e6fa17f10d0ef7'),
    ('stabbur_organization.audit_chain', '2786e401746968cbfd99f767e2a25ca2'),
    ('stabbur_organization.audit_digest', 'ff7b17137dce553d06267d9835139e63'),
    ('stabbur_storage.iso', '1b2a504cbd0645bdda02a1655ebc3203'),
    ('storage.extension', '3355c2f3e0642242d58cc5854924152b'),
    ('storage.filename', 'de252879211b9351971ba9a48d693411'),
    ('storage.foldername', '410ea4c449ee8f13a399f3eb7ee816d0'),
    ('storage.get_common_prefix', 'cfab6d1b112ad738e2734b1546065f3a')))
  and not (n.nspname = 'realtime' and pg_catalog.pg_get_userbyid(p.proowner) = 'supabase_admin'
    and p.proname in ('cast', 'check_equality_op', 'is_visible_through_filters', 'quote_wal2json', 'to_regrole'))
