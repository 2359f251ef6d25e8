-- Every place where a chain is broken: an entry whose hash is not that of its content and its predecessor, a gap, an end
-- that is not the one written down.
with entry as (
  select a.chain, a.sequence, a.hash, a.id,
    lag(a.sequence, 1, coalesce(o.sequence, 0)) over w as before,
    sha256(lag(a.hash, 1, coalesce(o.hash, '')) over w || convert_to(jsonb_build_array(
      a.sequence, a.organization_id, a.actor_id, a.actor_role, a.action, a.table_name, a.row_id, a.changed,
      (extract(epoch from a.occurred_at) * 1000000)::bigint)::text, 'UTF8')) as expected,
    row_number() over (partition by a.chain order by a.sequence desc) as from_end
  from audit_entries a
  left join audit_origins o on o.chain = a.chain
  window w as (partition by a.chain order by a.sequence)
)
select chain, sequence, 'entry ' || id || ' was changed' as problem
from entry where hash <> expected and sequence = before + 1
union all
select chain, sequence, (sequence - before - 1) || ' entries before entry ' || id || ' are missing'
from entry where sequence <> before + 1
union all
select h.chain, h.sequence, 'the newest entries are missing or were changed'
from audit_heads h
left join entry e on e.chain = h.chain and e.from_end = 1
left join audit_origins o on o.chain = h.chain
where h.sequence is distinct from coalesce(e.sequence, o.sequence, 0) or h.hash is distinct from coalesce(e.hash, o.hash, '')
union all
select e.chain, e.sequence, 'this chain has no end written down'
from entry e
where e.from_end = 1 and not exists (select from audit_heads h where h.chain = e.chain)
order by 1, 2
limit 100
