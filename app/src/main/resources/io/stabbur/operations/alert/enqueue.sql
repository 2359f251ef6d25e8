-- what one receiver is to be told: firing alerts that nothing silences, warnings only where no critical alert of the
-- same thing fires, and the end of what it was told before
with new (receiver, created_at, due_at) as (values (?::text, ?::timestamptz, ?::timestamptz))
insert into stabbur_control.alert_deliveries (alert_id, receiver, status, created_at, due_at)
select a.id, n.receiver, 'firing', n.created_at, n.due_at
from new n, stabbur_control.alerts a
where a.state = 'firing'
  and not exists (
    select from stabbur_control.alert_silences s
    where s.ends_at > ?
      and a.labels || jsonb_build_object('alertname', a.name, 'severity', lower(a.severity)) @> s.matchers)
  and not (a.severity = 'WARNING' and exists (
    select from stabbur_control.alerts c
    where c.state = 'firing' and c.severity = 'CRITICAL' and c.name = a.name and c.labels = a.labels))
union all
select d.alert_id, n.receiver, 'resolved', n.created_at, n.due_at
from new n, stabbur_control.alert_deliveries d
join stabbur_control.alerts a on a.id = d.alert_id
where d.receiver = ? and d.status = 'firing' and a.state = 'resolved' and a.ends_at > ?
on conflict do nothing
