-- Whom entries name, operators and subjects, each once: the search of the activity reads these instead of all entries
-- (OperatorLog#search).
create table operator_log_words (word text primary key);

insert into operator_log_words
select operator from operator_log union select subject from operator_log where subject is not null;

-- An entry holds its words until its transaction ends, and a word is removed in a statement that begins once it is held: so none
-- is removed that an entry made meanwhile names. The order keeps two transactions from waiting for each other.
create function keep_operator_log_words() returns trigger language plpgsql set search_path = '' as $$
declare
  came text[];
  went text[];
begin
  if tg_op <> 'DELETE' then
    came := array(select operator from added union select subject from added where subject is not null);
  end if;
  if tg_op <> 'INSERT' then
    went := array(select operator from removed union select subject from removed where subject is not null);
  end if;
  insert into stabbur_control.operator_log_words as kept (word)
  select unnest(came) except select unnest(went) order by 1
  on conflict (word) do update set word = excluded.word;
  if went is not null then
    went := array(select unnest(went) except select unnest(came));
    perform from stabbur_control.operator_log_words where word = any (went) order by word for update;
    delete from stabbur_control.operator_log_words kept
    where word = any (went)
      and not exists (select from stabbur_control.operator_log where operator = kept.word)
      and not exists (select from stabbur_control.operator_log where subject = kept.word);
  end if;
  return null;
end $$;

create trigger keep_words_of_new after insert on operator_log referencing new table as added
for each statement execute function keep_operator_log_words();
create trigger keep_words_of_changed after update on operator_log referencing old table as removed new table as added
for each statement execute function keep_operator_log_words();
create trigger keep_words_of_gone after delete on operator_log referencing old table as removed
for each statement execute function keep_operator_log_words();
