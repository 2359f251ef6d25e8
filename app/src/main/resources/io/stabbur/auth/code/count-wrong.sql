insert into stabbur_auth.wrong_codes as w
  (subject, kind, network, token, wrong, wrong_in_all, since, forget_at)
values (?, ?, ?, ?, ?, ?, ?, ?)
on conflict (subject, kind, network) do update set
  token = excluded.token,
  wrong = excluded.wrong + case when w.token = excluded.token then w.wrong else 0 end,
  wrong_in_all = excluded.wrong_in_all
    + case when w.since < excluded.since - interval '1 day' then 0 else w.wrong_in_all end,
  since = case when w.since < excluded.since - interval '1 day' then excluded.since else w.since end,
  forget_at = greatest(w.forget_at, excluded.forget_at)
returning wrong, wrong_in_all, proved_at
