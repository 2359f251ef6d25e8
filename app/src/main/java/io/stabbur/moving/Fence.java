package io.stabbur.moving;

import io.stabbur.platform.error.StartFailure;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import java.util.List;

/// What keeps everybody from changing rows of a database that a project has left: triggers that
/// refuse it, in sessions that go on, for superusers too, until they are lifted. What a superuser
/// puts up refuses changes of definitions as well.
record Fence(DatabaseLink link) {
  private static final int TRIES = 10;
  private static final String FUNCTIONS = SqlFile.of(Fence.class, "fence");
  private static final String DEFINITIONS = SqlFile.of(Fence.class, "fence-definitions");
  private static final String OPEN = SqlFile.of(Fence.class, "fence-open");

  /// The tables among those that are there that the login may not guard.
  List<String> unguardable(List<MovedTable> tables) {
    return tables.stream()
        .filter(
            table ->
                link.isTrue(
                    "select not pg_catalog.has_table_privilege(to_regclass(?)::oid, 'trigger')",
                    table.quoted().statement().sql()))
        .map(MovedTable::title)
        .toList();
  }

  /// Puts it up in the transaction that is open.
  void put(List<MovedTable> tables) {
    link.execute(FUNCTIONS);
    var text = new SqlText();
    for (var table : tables) {
      text.add("create or replace trigger stabbur_moved before insert or update or delete on ")
          .append(table.quoted())
          .add(" for each row execute function stabbur_moved.refuse();")
          .add("create or replace trigger stabbur_moved_whole before truncate on ")
          .append(table.quoted())
          .add(" for each statement execute function stabbur_moved.refuse();");
    }
    link.execute(text.statement().sql());
    if (link.isTrue("select rolsuper from pg_catalog.pg_roles where rolname = current_user")) {
      link.execute(DEFINITIONS);
    }
  }

  /// Whether it is up and refuses.
  boolean isUp() {
    return link.isTrue(
        "select exists (select from pg_catalog.pg_proc where oid = to_regprocedure('stabbur_moved.refuse()') and prosrc like '%database_moved%')");
  }

  /// Lets everybody write again at once, and takes it down where nobody reads for long. What
  /// remains refuses nothing.
  ///
  /// @return whether nothing remains
  boolean lift() {
    open();
    try {
      drop("set local lock_timeout = '500ms'");
      return true;
    } catch (StartFailure _) {
      return false;
    }
  }

  /// Lets everybody write again at once, and takes all of it down. Waits for readers, who are let
  /// through in between.
  void remove() {
    open();
    for (int attempt = 1; ; attempt++) {
      try {
        drop("set local lock_timeout = '2s'");
        return;
      } catch (StartFailure e) {
        if (attempt == TRIES) {
          throw new StartFailure(
              "Triggers of an earlier move, which refuse nothing, cannot be taken down while somebody reads their tables; end what reads for long and run the command again. "
                  + e.getMessage(),
              e);
        }
      }
    }
  }

  private void open() {
    if (isUp()) {
      tell(false);
      link.atomically(() -> link.execute(OPEN));
    }
  }

  private void drop(String patience) {
    link.atomically(
        () -> {
          link.execute(patience);
          link.execute("drop schema if exists stabbur_moved cascade");
        });
  }

  /// Tells programs at the beginning of a transaction already; not every owner may have them told.
  void tell(boolean isLeft) {
    var name = String.valueOf(link.value(Statement.of("select current_database()")));
    var text = new SqlText().add("alter database ").name(name);
    try {
      link.execute(
          text.add(
                  isLeft
                      ? " set default_transaction_read_only = on"
                      : " reset default_transaction_read_only")
              .statement()
              .sql());
    } catch (StartFailure _) {
      // the fence refuses the writes themselves
    }
  }
}
