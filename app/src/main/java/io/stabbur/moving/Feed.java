package io.stabbur.moving;

import io.stabbur.platform.db.KeptSlot;
import io.stabbur.platform.db.LogicalStream;
import io.stabbur.platform.db.LogicalStream.StreamFailure;
import io.stabbur.platform.db.Login;
import io.stabbur.platform.db.WalPosition;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.platform.sql.SqlText;
import io.stabbur.platform.sql.Statement;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/// The publication and the replication slot by which a database tells what changes in it, as long
/// as they are there: the server keeps its log for the slot.
record Feed(DatabaseLink link, Login login) {
  private static final String PUBLICATION = "stabbur_move";
  private static final String NO_RIGHT = "(SQLSTATE 42501)";

  /// A slot has one name in the whole server.
  String slot() {
    return "stabbur_move_"
        + link.value(
            Statement.of(
                "select oid from pg_catalog.pg_database where datname = current_database()"));
  }

  /// Why there can be none; empty where there can.
  Optional<String> obstacle() {
    if (!link.isTrue("select current_setting('wal_level') = 'logical'")) {
      return Optional.of("its wal_level is not logical");
    }
    if (!link.isTrue(
        "select rolreplication or rolsuper from pg_catalog.pg_roles where rolname = current_user")) {
      return Optional.of("its login has no attribute replication");
    }
    boolean isFull =
        link.isTrue(
            "select count(*) >= current_setting('max_replication_slots')::integer"
                + " from pg_catalog.pg_replication_slots where slot_name <> ?",
            slot());
    return isFull
        ? Optional.of("all its replication slots are taken (max_replication_slots)")
        : Optional.empty();
  }

  /// Whether there is a slot that has kept all since it was made.
  boolean exists() {
    return link.isTrue(
        "select exists (select from pg_catalog.pg_replication_slots"
            + " where slot_name = ? and coalesce(wal_status, '') not in ('lost', 'unreserved'))",
        slot());
  }

  /// Publishes the changes of tables, anew where some are published.
  ///
  /// @return whether the login may
  boolean publish(List<MovedTable> tables) {
    drop();
    if (tables.isEmpty()) {
      return false;
    }
    var text = new SqlText().add("create publication stabbur_move for table only ");
    for (int i = 0; i < tables.size(); i++) {
      text.add(i == 0 ? "" : ", only ").append(tables.get(i).quoted());
    }
    try {
      link.execute(text.statement().sql());
      return true;
    } catch (StartFailure e) {
      if (String.valueOf(e.getMessage()).contains(NO_RIGHT)) {
        return false;
      }
      throw e;
    }
  }

  /// Makes the slot.
  KeptSlot keep() {
    dropSlot();
    try {
      return KeptSlot.make(login, slot());
    } catch (SQLException e) {
      throw link.refused(e);
    }
  }

  LogicalStream open(WalPosition after) {
    try {
      return LogicalStream.resume(login, slot(), List.of(PUBLICATION), after);
    } catch (StreamFailure e) {
      throw new StartFailure(
          "The stream of changes cannot be read (SQLSTATE %s); is another move under way?"
              .formatted(e.sqlState()),
          e);
    }
  }

  /// Where the log stands, once all that is committed is in it.
  WalPosition now() {
    return WalPosition.parse(
            link.value(
                Statement.of("select pg_logical_emit_message(true, 'stabbur_move', '')::text")))
        .orElseThrow();
  }

  /// Removes both, and so lets the server forget its log.
  void drop() {
    dropSlot();
    link.execute("drop publication if exists stabbur_move");
  }

  private void dropSlot() {
    link.update(
        Statement.of(
            "select pg_drop_replication_slot(slot_name) from pg_catalog.pg_replication_slots"
                + " where slot_name = ?",
            slot()));
  }
}
