-- An entry that names another instead held the new word before the old one, and could wait for another that did it the other way
-- round. Now all words that come or go are held in one order.
create or replace function keep_operator_log_words() returns trigger language plpgsql set search_path = '' as $$
declare
  came text[] := '{}';
  went text[] := '{}';
begin
  if tg_op <> 'DELETE' then
    came := array(select operator from added union select subject from added where subject is not null);
  end if;
  if tg_op <> 'INSERT' then
    went := array(select operator from removed union select subject from removed where subject is not null);
  end if;
  insert into stabbur_control.operator_log_words as kept (word)
  select word from unnest(came || went) word group by word having count(*) = 1 order by word
  on conflict (word) do update set word = excluded.word;
  delete from stabbur_control.operator_log_words kept
  where word = any (went) and word <> all (came)
    and not exists (select from stabbur_control.operator_log where operator = kept.word)
    and not exists (select from stabbur_control.operator_log where subject = kept.word);
  return null;
end $$;
