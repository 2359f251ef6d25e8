-- Queued HTTP calls with the id of another database, or none.
select count(*) from net.http_request_queue where identity is distinct from stabbur.identity()
