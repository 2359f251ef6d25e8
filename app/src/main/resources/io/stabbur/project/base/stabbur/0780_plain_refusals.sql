-- Whether reads of a bucket that policies refuse are answered with HTTP 403, and not as storage clients expect it by
-- default, with HTTP 400 and the true status in the body.
alter table stabbur_storage.bucket_rules add column plain_refusals boolean not null default false;
