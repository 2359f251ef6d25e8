with changed as (
  insert into stabbur_storage.bucket_rules
    as r (bucket_id, check_types, delete_after_days, legal_hold, encrypt,
      plain_refusals)
  values (?, ?, ?::text::integer, ?, nullif(?, 'off'), ?)
  on conflict (bucket_id) do update set check_types = excluded.check_types,
    delete_after_days = excluded.delete_after_days,
    legal_hold = excluded.legal_hold,
    plain_refusals = excluded.plain_refusals,
    encrypt = case when ? then r.encrypt else excluded.encrypt end,
    updated_at = now()
  returning *),
noted as (
  insert into stabbur_storage.retention_log (action, bucket_id, rules)
  select 'rules_changed', bucket_id, to_jsonb(changed) - 'bucket_id' - 'updated_at'
  from changed)
select check_types, delete_after_days, legal_hold, coalesce(encrypt, 'off'),
  plain_refusals
from changed
