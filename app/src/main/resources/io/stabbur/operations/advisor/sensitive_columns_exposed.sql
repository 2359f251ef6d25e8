select r.schema_name, r.name, 'table' as kind,
  format('Table %s.%s has no row-level security and columns whose names say that they are nobody else''s business: %s.', r.schema_name, r.name,
    string_agg(a.attname, ', ' order by a.attnum)) as detail,
  format('sensitive_columns_exposed_%s_%s', r.schema_name, r.name) as cache_key,
  format('alter table %I.%I enable row level security;', r.schema_name, r.name) as mend
from relations r
join pg_catalog.pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
where r.is_exposed and r.relkind in ('r', 'p') and not r.has_rls and r.readers <> '{}'
  and exists (select from callers c where has_column_privilege(c.oid, r.oid, a.attnum, 'select'))
  and replace(lower(a.attname), '-', '_') ~
    '(^|_)(password|passwd|passphrase|secret|private_key|api_key|apikey|access_key|token|session_id|ssn|social_security(_number)?|personnummer|fodselsnummer|fnr|national_id|passport(_number)?|drivers?_licen[cs]e|tax_id|credit_card(_number)?|card_number|cvv|cvc|iban|bank_account(_number)?|account_number|routing_number|health_record|diagnosis|medical_record|pin_code|otp_secret|totp_secret|biometric)($|_)'
group by r.schema_name, r.name
