-- API keys and tokens with the id of another database, that would count if they had this one's.
select
  (select count(*) from stabbur.api_keys where revoked_at is null and identity is distinct from stabbur.identity())
  + (select count(*) from stabbur.application_tokens
     where revoked_at is null and expires_at > now() and identity is distinct from stabbur.identity())
  + (select count(*) from stabbur.access_tokens
     where revoked_at is null and expires_at > now() and identity is distinct from stabbur.identity())
