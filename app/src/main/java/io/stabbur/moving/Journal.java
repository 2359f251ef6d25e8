package io.stabbur.moving;

import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.Statement;
import java.util.Optional;

/// How far a move has come, kept in the target with what it did, in the same transactions.
record Journal(DatabaseLink target) {
  private static final String MAKE = SqlFile.of(Journal.class, "journal");

  /// Whether there is one.
  boolean exists() {
    return target.isTrue("select to_regclass('stabbur_moving.moves') is not null");
  }

  void make(String source) {
    target.execute(MAKE);
    target.update(
        Statement.of(
            "insert into stabbur_moving.moves (source) values (?) on conflict do nothing", source));
  }

  /// Which source the move is from, if one was begun.
  Optional<String> source() {
    return exists()
        ? Optional.ofNullable(target.value(Statement.of("select source from stabbur_moving.moves")))
        : Optional.empty();
  }

  /// What was noted about a step that is done.
  Optional<String> step(String name) {
    return exists()
        ? Optional.ofNullable(
            target.value(
                Statement.of("select detail from stabbur_moving.steps where name = ?", name)))
        : Optional.empty();
  }

  boolean isDone(String step) {
    return step(step).isPresent();
  }

  void note(String step, String detail) {
    target.update(
        Statement.of(
            "insert into stabbur_moving.steps (name, detail) values (?, ?) on conflict do nothing",
            step,
            detail));
  }

  /// Notes something else about a step.
  void renew(String step, String detail) {
    forget(step);
    note(step, detail);
  }

  void forget(String step) {
    target.update(Statement.of("delete from stabbur_moving.steps where name = ?", step));
  }

  /// Forgets the whole move.
  void drop() {
    target.execute("drop schema if exists stabbur_moving cascade");
  }

  Optional<RowCount> table(MovedTable table) {
    return target
        .list(
            Statement.of(
                "select row_count, checksum from stabbur_moving.tables where name = ?",
                table.title()),
            row -> new RowCount(row.getLong(1), row.getString(2)))
        .stream()
        .findFirst();
  }

  void note(MovedTable table, RowCount rows) {
    target.update(
        Statement.of(
            """
            insert into stabbur_moving.tables (name, row_count, checksum) values (?, ?, ?)
            on conflict (name) do update
            set row_count = excluded.row_count, checksum = excluded.checksum, done_at = now()
            """,
            table.title(),
            rows.rows(),
            rows.sum()));
  }
}
