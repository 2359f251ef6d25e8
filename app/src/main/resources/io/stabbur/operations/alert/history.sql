-- the newest alerts that fired, with what was told of each and the silences that covered it for a while
with newest as (
  select * from stabbur_control.alerts
  where starts_at is not null and (?::text is null or labels ->> 'project' = ?)
  order by id desc limit 200)
select id, fingerprint, name, severity, labels::text, summary, value, state, active_at, starts_at, ends_at, owner,
  owned_until,
  coalesce((
    select jsonb_agg(d order by d.created_at, d.receiver) from stabbur_control.alert_deliveries d
    where d.alert_id = a.id), '[]')::text,
  coalesce((
    select jsonb_agg(s order by s.created_at) from stabbur_control.alert_silences s
    where s.created_at < coalesce(a.ends_at, now()) and s.ends_at > a.active_at
      and a.labels || jsonb_build_object('alertname', a.name, 'severity', lower(a.severity)) @> s.matchers), '[]')::text
from newest a order by id desc
