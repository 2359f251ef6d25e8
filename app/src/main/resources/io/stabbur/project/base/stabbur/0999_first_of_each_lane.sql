-- The next HTTP requests, as 0920 chooses them, found without reading all that wait in a lane: the first of each lane comes from
-- the index by lane, one lane after the other, and the plain ones from an index of their own. What a claim costs does not grow
-- with the backlog of an ordered webhook.
do $make$
begin
  if to_regprocedure('stabbur.claim_http_requests(integer)') is not null then
    create index if not exists http_request_queue_lanes
      on net.http_request_queue (identity, lane, id) where lane is not null;
    create index if not exists http_request_queue_plain on net.http_request_queue (identity, due, id) where lane is null;

    create or replace function stabbur.claim_http_requests(most integer) returns setof net.http_request_queue
    language sql set search_path = '' as $f$
      with recursive lanes (lane, id) as (
        (select q.lane, q.id from net.http_request_queue q
          where q.identity = (select stabbur.identity()) and q.lane is not null order by q.lane, q.id limit 1)
        union all
        select following.lane, following.id
        from lanes, lateral (
          select q.lane, q.id from net.http_request_queue q
          where q.identity = (select stabbur.identity()) and q.lane > lanes.lane order by q.lane, q.id limit 1) following
      ), ordered as (
        select first.id, first.due
        from lanes, lateral (
          select waiting.id, waiting.due from net.http_request_queue waiting
          where waiting.id = lanes.id and waiting.due <= clock_timestamp()
            and (waiting.leased_until is null or waiting.leased_until < clock_timestamp())
          for update skip locked) first
      ), plain as (
        select waiting.id, waiting.due from net.http_request_queue waiting
        where waiting.lane is null and waiting.identity = (select stabbur.identity())
          and waiting.due <= clock_timestamp() and (waiting.leased_until is null or waiting.leased_until < clock_timestamp())
        order by waiting.due, waiting.id limit most for update skip locked
      )
      update net.http_request_queue taken set tries = taken.tries + 1,
        leased_until = clock_timestamp() + make_interval(secs => 15 + least(timeout_milliseconds, 120000) / 1000.0)
      where taken.id = any (array(
        select next.id from (select * from ordered union all select * from plain) as next order by next.due, next.id limit most))
      returning taken.*
    $f$;
  end if;
end $make$;
