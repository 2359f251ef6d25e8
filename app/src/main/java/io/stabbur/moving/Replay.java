package io.stabbur.moving;

import io.stabbur.platform.db.LogicalStream;
import io.stabbur.platform.db.LogicalStream.StreamFailure;
import io.stabbur.platform.db.WalPosition;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.platform.pgoutput.Message;
import io.stabbur.platform.pgoutput.PgOutput;
import io.stabbur.platform.pgoutput.Relation;
import io.stabbur.platform.pgoutput.Tuple;
import io.stabbur.platform.sql.SqlText;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Does in the target what is committed in the source, transaction by transaction. How far it has
/// come is noted in the target with what was done, so that nothing is done twice or left out. For
/// one thread.
final class Replay implements AutoCloseable {
  static final String APPLIED = "applied";
  private static final int TOGETHER = 200;
  private static final long PAUSE_MS = 2;

  private final LogicalStream stream;
  private final DatabaseLink target;
  private final Journal journal;
  private final Map<String, MovedTable> tables;
  private final PgOutput decoder;
  private final Set<String> touched = new HashSet<>();
  private WalPosition applied;
  private WalPosition current = WalPosition.START;
  private int pending;
  private boolean isBegun;
  private boolean isOpen;
  private boolean isSkipped;
  private long transactions;

  /// @param tables those that the stream tells of
  Replay(LogicalStream stream, DatabaseLink target, List<MovedTable> tables) {
    this.stream = stream;
    this.target = target;
    this.journal = new Journal(target);
    this.tables = tables.stream().collect(Collectors.toMap(MovedTable::title, Function.identity()));
    this.decoder = new PgOutput(relation -> this.tables.containsKey(relation.toString()));
    this.applied = applied(journal);
  }

  /// The last transaction that was done.
  static WalPosition applied(Journal journal) {
    return journal.step(APPLIED).flatMap(WalPosition::parse).orElseThrow();
  }

  /// The note that everything before a position is in the target.
  static String everythingBefore(WalPosition position) {
    return new WalPosition(position.value() - 1).toString();
  }

  /// The tables that were changed.
  Set<String> touched() {
    return Set.copyOf(touched);
  }

  /// How many transactions were done.
  long transactions() {
    return transactions;
  }

  /// Goes on until everything that was committed before a position is done.
  void until(WalPosition end) {
    try {
      while (true) {
        var buffer = stream.poll();
        if (buffer != null) {
          apply(decoder.read(buffer));
          continue;
        }
        commit();
        var received = stream.received();
        if (!isOpen && !end.isAfter(received)) {
          stream.confirm(received);
          return;
        }
        Thread.sleep(PAUSE_MS);
      }
    } catch (StreamFailure e) {
      throw new StartFailure(
          "The source's stream of changes was lost (SQLSTATE %s); run the command again to go on."
              .formatted(e.sqlState()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartFailure("Interrupted; run the command again to go on.", e);
    }
  }

  private void apply(Message message) {
    switch (message) {
      case Message.Begin(var position, _) -> {
        current = position;
        isSkipped = !position.isAfter(applied);
        isOpen = true;
      }
      case Message.Commit _ -> {
        isOpen = false;
        if (!isSkipped) {
          applied = current;
          transactions++;
          pending++;
        }
        if (pending >= TOGETHER) {
          commit();
        }
      }
      case Message.Change change when !isSkipped -> apply(change);
      case Message.Truncated truncated when !isSkipped -> apply(truncated);
      case Message.Change _, Message.Truncated _, Message.Described _, Message.Other _ -> {}
    }
  }

  /// Ends the target's transaction, where whole transactions of the source are in it.
  private void commit() {
    if (pending == 0 || isOpen) {
      return;
    }
    begin();
    journal.renew(APPLIED, applied.toString());
    target.commit();
    isBegun = false;
    pending = 0;
    stream.confirm(applied);
  }

  private void begin() {
    if (!isBegun) {
      target.begin();
      target.execute("set local session_replication_role = replica");
      isBegun = true;
    }
  }

  private void apply(Message.Change change) {
    begin();
    var table = table(change.relation());
    touched.add(table.title());
    int rows =
        switch (change.kind()) {
          case INSERT -> insert(table, change.relation(), row(change.image()));
          case UPDATE -> update(table, change);
          case DELETE -> delete(table, change.relation(), row(change.old()));
        };
    if (rows != 1) {
      throw new StartFailure(
          "%s differs: a row that was changed in the source is not in the target; is something else writing into the target?"
              .formatted(table.title()));
    }
  }

  private MovedTable table(Relation relation) {
    var table = tables.get(relation.toString());
    if (table == null) {
      throw new StartFailure("The source tells of %s, which does not move.".formatted(relation));
    }
    return table;
  }

  private static Tuple row(@Nullable Tuple row) {
    if (row == null) {
      throw new StartFailure("The source's stream of changes tells of a row without its values.");
    }
    return row;
  }

  private int insert(MovedTable table, Relation relation, Tuple row) {
    var columns = new ArrayList<String>();
    var values = new SqlText();
    for (int i = 0; i < row.size(); i++) {
      var column = relation.columns().get(i);
      if (!table.generated().contains(column)) {
        values.add(columns.isEmpty() ? "" : ", ").value(row.text(i));
        columns.add(column);
      }
    }
    // insert into "public"."posts" ("id", "title") overriding system value values (?, ?)
    return target.apply(
        new SqlText()
            .add("insert into ")
            .append(table.quoted())
            .add(" (")
            .append(MovedTable.list(columns))
            .add(") overriding system value values (")
            .append(values)
            .add(")"));
  }

  private int update(MovedTable table, Message.Change change) {
    var image = row(change.image());
    // update only "public"."posts" set "title" = ? where "id" = ?
    var text = new SqlText().add("update only ").append(table.quoted()).add(" set ");
    boolean isFirst = true;
    for (int i = 0; i < image.size(); i++) {
      var column = change.relation().columns().get(i);
      if (!image.isUnchanged(i) && !table.generated().contains(column)) {
        text.add(isFirst ? "" : ", ").name(column).add(" = ").value(image.text(i));
        isFirst = false;
      }
    }
    var old = change.old() == null ? image : change.old();
    return isFirst ? 1 : target.apply(text.append(where(table, change.relation(), old)));
  }

  private int delete(MovedTable table, Relation relation, Tuple old) {
    return target.apply(
        new SqlText()
            .add("delete from only ")
            .append(table.quoted())
            .append(where(table, relation, old)));
  }

  private static SqlText where(MovedTable table, Relation relation, Tuple row) {
    var text = new SqlText();
    for (int i = 0; i < table.key().size(); i++) {
      var column = table.key().get(i);
      text.add(i == 0 ? " where " : " and ")
          .name(column)
          .add(" = ")
          .value(row.text(relation.columns().indexOf(column)));
    }
    return text;
  }

  private void apply(Message.Truncated truncated) {
    if (truncated.relations().isEmpty()) {
      return;
    }
    begin();
    var text = new SqlText().add("truncate only ");
    for (int i = 0; i < truncated.relations().size(); i++) {
      var table = table(truncated.relations().get(i));
      touched.add(table.title());
      text.add(i == 0 ? "" : ", only ").append(table.quoted());
    }
    text.add(truncated.restartsIdentity() ? " restart identity" : "");
    var _ = target.apply(text.add(truncated.cascades() ? " cascade" : ""));
  }

  @Override
  public void close() {
    stream.close();
    target.rollback();
  }
}
