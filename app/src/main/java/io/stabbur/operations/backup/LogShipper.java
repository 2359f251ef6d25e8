package io.stabbur.operations.backup;

import io.stabbur.operations.backup.LogState.Point;
import io.stabbur.operations.backup.repository.DamagedException;
import io.stabbur.operations.backup.repository.Repository;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.db.Database;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.sql.Statement;
import io.stabbur.project.Project;
import io.stabbur.project.ProjectFiles;
import io.stabbur.project.embedded.EmbeddedPostgres;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ships the write-ahead log of an embedded project to its repository, with the files that were
/// stored since: what is on disk in `pg_wal` up to the flushed place is read there. A replication
/// slot keeps the log until it has been shipped, within `max_slot_wal_keep_size`; where the log has
/// gone on without it, shipping begins anew and a base backup must follow.
///
/// The files of a piece are stored before it: whatever a restore reaches has its bytes.
final class LogShipper {
  private static final Logger LOG = LoggerFactory.getLogger(LogShipper.class);
  static final String SLOT = "stabbur_backup";
  private static final Actor SUPERUSER = Actor.of(EmbeddedPostgres.SUPERUSER);
  private static final long MOST = 64L << 20;

  /// A row is stored a little before its transaction is committed.
  private static final Duration LONGEST_UPLOAD_COMMIT = Duration.ofMinutes(10);

  private final Project project;
  private final Repository repository;
  private final ProjectFiles files;
  private final Map<String, FileEntry> known;

  /// @param known files that the repository has, by path; those that are shipped are added
  LogShipper(
      Project project, Repository repository, ProjectFiles files, Map<String, FileEntry> known) {
    this.project = project;
    this.repository = repository;
    this.files = files;
    this.known = known;
  }

  /// Where the log stands.
  private record Place(Instant at, Lsn flushed, Cluster cluster, @Nullable Lsn kept) {}

  /// Ships what was flushed until now.
  LogState ship() throws IOException {
    try (var superuser = Cluster.superuser(project)) {
      var place = superuser.transaction(SUPERUSER, Access.WRITE, LogShipper::place);
      var state = begin(superuser, place);
      var named = superuser.transaction(SUPERUSER, Access.READ, tx -> points(tx, state.from()));
      var fresh = shipFiles(superuser, state.at().minus(LONGEST_UPLOAD_COMMIT));
      var reached = shipLog(state, place, fresh);
      var next = state.reaching(reached, place.at(), named);
      next.write(repository);
      superuser.transaction(SUPERUSER, Access.WRITE, tx -> release(tx, reached));
      return next;
    }
  }

  private static Place place(Transaction tx) {
    var at =
        tx.first(
                Statement.of("select clock_timestamp()"),
                row -> row.getObject(1, OffsetDateTime.class).toInstant())
            .orElseThrow();
    // asked for after the clock: what was acknowledged before is flushed
    var flushed = lsn(tx, "select pg_current_wal_flush_lsn()::text");
    var kept =
        tx.first(
            Statement.of(
                "select restart_lsn::text from pg_replication_slots where slot_name = ? and"
                    + " wal_status <> 'lost' and restart_lsn is not null",
                SLOT),
            row -> Lsn.parse(row.getString(1)));
    return new Place(at, flushed, Cluster.of(tx), kept.orElse(null));
  }

  private static Lsn lsn(Transaction tx, String sql) {
    return tx.first(Statement.of(sql), row -> Lsn.parse(row.getString(1))).orElseThrow();
  }

  /// The state to go on from: the shipped one while the server keeps what follows it.
  private LogState begin(Database superuser, Place place) {
    var found = LogState.read(repository).map(this::caughtUp);
    if (found.isPresent()
        && found.get().timeline() == place.cluster().timeline()
        && place.kept() != null
        && place.kept().compareTo(found.get().to()) <= 0) {
      return found.get();
    }
    if (found.isPresent()) {
      LOG.warn(
          "The log of project {} was not kept; it is shipped anew from now on", project.name());
    }
    var from = superuser.transaction(SUPERUSER, Access.WRITE, LogShipper::newSlot);
    return caughtUp(
        new LogState(place.cluster().timeline(), from, place.at(), from, place.at(), List.of()));
  }

  /// The state after the pieces that were stored while the state was not, because the process or
  /// the store failed in between. A stored piece is never written again: its bytes, its end and the
  /// files that it names belong together.
  private LogState caughtUp(LogState state) {
    var reached = state;
    var piece = LogPiece.read(repository, state.timeline(), state.to());
    while (piece.isPresent()) {
      reached = reached.reaching(piece.get().to(), piece.get().at(), reached.points());
      piece = LogPiece.read(repository, state.timeline(), reached.to());
    }
    return reached;
  }

  private static Lsn newSlot(Transaction tx) {
    tx.list(
        Statement.of(
            "select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name ="
                + " ?",
            SLOT),
        _ -> true);
    return tx.first(
            Statement.of(
                "select lsn::text from pg_create_physical_replication_slot(?, true)", SLOT),
            row -> Lsn.parse(row.getString(1)))
        .orElseThrow();
  }

  private static int release(Transaction tx, Lsn reached) {
    return tx.list(
            Statement.of(
                "select pg_replication_slot_advance(slot_name, ?::pg_lsn) from pg_replication_slots"
                    + " where slot_name = ? and restart_lsn < ?::pg_lsn",
                reached.toString(),
                SLOT,
                reached.toString()),
            _ -> true)
        .size();
  }

  private static List<Point> points(Transaction tx, Lsn from) {
    return tx.list(
        Statement.of(
            "select name, lsn, created_at from stabbur.recovery_points where lsn::pg_lsn >="
                + " ?::pg_lsn order by created_at",
            from.toString()),
        row ->
            new Point(
                row.getString(1),
                Lsn.parse(row.getString(2)),
                row.getObject(3, OffsetDateTime.class).toInstant()));
  }

  private List<FileEntry> shipFiles(Database superuser, Instant since) throws IOException {
    var wanted = new ArrayList<ProjectFiles.Version>();
    superuser.transaction(
        SUPERUSER,
        Access.READ,
        tx -> {
          files.versions(tx, since, wanted::add);
          return true;
        });
    var fresh = new ArrayList<FileEntry>();
    wanted.removeIf(version -> known.containsKey(version.path()));
    if (wanted.isEmpty()) {
      return fresh;
    }
    try (var store = files.open(project.store(), project.name())) {
      var copies = new FileCopies(repository, store);
      for (var version : wanted) {
        var saved = copies.save(version);
        if (saved.isPresent()) {
          fresh.add(saved.get());
        } else if (superuser.transaction(
            SUPERUSER, Access.READ, tx -> files.isOwned(tx, version))) {
          // a restore knows of it and goes on without
          fresh.add(FileEntry.missing(version));
        }
      }
    }
    fresh.forEach(entry -> known.put(entry.version().path(), entry));
    return fresh;
  }

  /// Ships pieces up to the flushed place; the first of them names the files.
  private Lsn shipLog(LogState state, Place place, List<FileEntry> fresh) throws IOException {
    var at = state.to();
    var withIt = fresh;
    while (at.compareTo(place.flushed()) < 0) {
      long left = place.flushed().bytes() - at.bytes();
      var to = at.plus(Math.min(left, MOST));
      var piece =
          new LogPiece(
              place.cluster().timeline(),
              at,
              to,
              to.equals(place.flushed()) ? place.at() : state.at(),
              place.cluster().segmentSize(),
              withIt.size());
      if (!withIt.isEmpty()) {
        FileIndex.write(repository, piece.filesName(), withIt);
      }
      try (var out = repository.writeStream(piece.bytesName())) {
        copy(piece, out);
      }
      piece.write(repository);
      at = to;
      withIt = List.of();
    }
    if (!withIt.isEmpty()) {
      // their rows come with the next piece, which must name them again
      withIt.forEach(entry -> known.remove(entry.version().path()));
    }
    return at;
  }

  private void copy(LogPiece piece, OutputStream out) throws IOException {
    long at = piece.from().bytes();
    while (at < piece.to().bytes()) {
      long inSegment = at % piece.segmentSize();
      long count = Math.min(piece.segmentSize() - inSegment, piece.to().bytes() - at);
      var name = Lsn.fileName(piece.timeline(), at / piece.segmentSize(), piece.segmentSize());
      copy(folder().resolve(name), inSegment, count, out);
      at += count;
    }
  }

  private static void copy(Path segment, long from, long count, OutputStream out)
      throws IOException {
    try (var in = FileChannel.open(segment, StandardOpenOption.READ)) {
      var target = Channels.newChannel(out);
      for (long done = 0; done < count; ) {
        long copied = in.transferTo(from + done, count - done, target);
        if (copied == 0) {
          throw new EOFException(segment + " ends early");
        }
        done += copied;
      }
    }
  }

  private Path folder() {
    return project.folder().resolve("postgres/pg_wal");
  }

  /// The files that a repository holds for its newest backup and the log since.
  static Map<String, FileEntry> known(Repository repository, Catalog catalog) throws IOException {
    var newest = catalog.newest();
    if (newest.isEmpty()) {
      return new java.util.concurrent.ConcurrentHashMap<>();
    }
    var known =
        new java.util.concurrent.ConcurrentHashMap<>(
            FileIndex.read(repository, newest.get().object("files")));
    if (!newest.get().chainFrom().isEmpty()) {
      try {
        known.putAll(LogChain.filesFrom(repository, newest.get()));
      } catch (DamagedException e) {
        LOG.warn("Files are copied again: {}", e.getMessage());
      }
    }
    return known;
  }
}
