-- When a key was used last, to about an hour; null where nobody used it since this is noted.
alter table stabbur.api_keys add column last_used_at timestamptz;
