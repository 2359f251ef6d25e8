-- The functions of pgjwt: HS256, HS384 and HS512. Names are bound when the functions are made.
create function @extschema@.url_encode(data bytea) returns text
language sql immutable strict
return rtrim(translate(replace(encode(data, 'base64'), chr(10), ''), '+/', '-_'), '=');

create function @extschema@.url_decode(data text) returns bytea
language sql immutable strict
return decode(translate(data, '-_', '+/') || repeat('=', (4 - length(data) % 4) % 4), 'base64');

create function @extschema@.algorithm_sign(signables text, secret text, algorithm text) returns text
language sql immutable strict
return @extschema@.url_encode(@extschema:pgcrypto@.hmac(signables, secret,
  case algorithm when 'HS256' then 'sha256' when 'HS384' then 'sha384' when 'HS512' then 'sha512' else '' end));

create function @extschema@.sign(payload json, secret text, algorithm text default 'HS256') returns text
language sql immutable strict
return (
  select signables || '.' || @extschema@.algorithm_sign(signables, secret, algorithm)
  from (
    select @extschema@.url_encode(convert_to('{"alg":"' || algorithm || '","typ":"JWT"}', 'utf8')) || '.'
      || @extschema@.url_encode(convert_to(payload::text, 'utf8'))
  ) as text_to_sign (signables));

-- valid: whether the signature holds and the token is neither too old nor too young
create function @extschema@.verify(token text, secret text, algorithm text default 'HS256')
returns table (header json, payload json, valid boolean)
language sql stable strict
begin atomic
  select told.header, told.payload,
    told.signature = @extschema@.algorithm_sign(told.signables, secret, algorithm)
    and coalesce(now() >= to_timestamp((told.payload ->> 'nbf')::double precision), true)
    and coalesce(now() < to_timestamp((told.payload ->> 'exp')::double precision), true)
  from (
    select convert_from(@extschema@.url_decode(parts[1]), 'utf8')::json as header,
      convert_from(@extschema@.url_decode(parts[2]), 'utf8')::json as payload,
      parts[3] as signature, parts[1] || '.' || parts[2] as signables
    from (select string_to_array(token, '.')) as split (parts)
  ) as told;
end;
