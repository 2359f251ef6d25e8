package io.stabbur.operations.backup;

import io.stabbur.operations.backup.repository.DamagedException;
import io.stabbur.operations.backup.repository.Repository;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// A base backup and the shipped log after it, as far as a target needs.
///
/// @param covers everything committed before this moment is in it
record LogChain(
    Repository repository,
    Backup base,
    RestoreTarget target,
    List<LogPiece> pieces,
    Instant covers) {
  private static final int BUFFER = 1 << 16;

  /// The base backup and the log that lead to a target.
  ///
  /// @throws DamagedException when none do
  static LogChain of(Repository repository, Catalog catalog, RestoreTarget target) {
    var state = LogState.read(repository);
    var base = base(catalog, state, target);
    var pieces = pieces(repository, base, target);
    var end = pieces.isEmpty() ? base.endedAt() : later(base.endedAt(), pieces.getLast().at());
    // while nothing is written, the log ends before the moment up to which it is known to be whole
    boolean isWhole =
        state.isPresent() && !pieces.isEmpty() && pieces.getLast().to().equals(state.get().to());
    var covers = isWhole ? later(end, state.get().at()) : end;
    var chain = new LogChain(repository, base, target, pieces, covers);
    if (target instanceof RestoreTarget.Moment(var at) && at.isAfter(covers)) {
      throw new DamagedException(
          base.isDump()
              ? "The backups are dumps of single moments, and %s is after that of %s; name one with --backup"
                  .formatted(at, covers)
              : "The backups reach until %s and not to %s".formatted(covers, at));
    }
    return chain;
  }

  private static Backup base(Catalog catalog, Optional<LogState> state, RestoreTarget target) {
    return switch (target) {
      case RestoreTarget.Latest _ ->
          catalog
              .newest()
              .orElseThrow(() -> new DamagedException("There is no backup in this place"));
      case RestoreTarget.Base(var id) ->
          catalog.byId(id).orElseThrow(() -> new DamagedException("There is no backup " + id));
      case RestoreTarget.Moment(var at) ->
          newest(catalog, backup -> !backup.endedAt().isAfter(at), at.toString());
      case RestoreTarget.Point(var name) -> {
        var point =
            state
                .flatMap(known -> known.point(name))
                .orElseThrow(
                    () ->
                        new DamagedException(
                            "There is no recovery point %s in the backups".formatted(name)));
        yield newest(
            catalog,
            backup -> Lsn.parse(backup.stopLsn()).compareTo(point.lsn()) <= 0,
            "the recovery point " + name);
      }
    };
  }

  private static Backup newest(Catalog catalog, Predicate<Backup> leads, String what) {
    return catalog.backups().stream()
        .filter(leads)
        .max(Comparator.comparing(Backup::endedAt))
        .orElseThrow(
            () ->
                new DamagedException(
                    "The oldest backup is younger than %s; `restore` can go back to %s"
                        .formatted(
                            what,
                            catalog.backups().isEmpty()
                                ? "nothing"
                                : catalog.backups().getFirst().endedAt())));
  }

  private static List<LogPiece> pieces(Repository repository, Backup base, RestoreTarget target) {
    if (base.chainFrom().isEmpty() || target instanceof RestoreTarget.Base) {
      return List.of();
    }
    var pieces = new ArrayList<LogPiece>();
    var next = LogPiece.read(repository, base.timeline(), Lsn.parse(base.chainFrom()));
    while (next.isPresent()) {
      var piece = next.get();
      pieces.add(piece);
      if (target instanceof RestoreTarget.Moment(var at) && piece.at().isAfter(at)) {
        break;
      }
      next = LogPiece.read(repository, base.timeline(), piece.to());
    }
    return pieces;
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  /// Whether the log is known to reach the target though no commit after it says so.
  boolean coversTarget() {
    return target instanceof RestoreTarget.Moment(var at) && !at.isAfter(covers);
  }

  /// Every file that the repository holds for the base backup and the log after it, by path.
  Map<String, FileEntry> files() throws IOException {
    var files = new LinkedHashMap<>(FileIndex.read(repository, base.object("files")));
    for (var piece : pieces) {
      if (piece.files() > 0) {
        files.putAll(FileIndex.read(repository, piece.filesName()));
      }
    }
    return files;
  }

  /// The files that were shipped with the log since a base backup.
  static Map<String, FileEntry> filesFrom(Repository repository, Backup base) throws IOException {
    var files = new LinkedHashMap<String, FileEntry>();
    for (var piece : pieces(repository, base, new RestoreTarget.Latest())) {
      if (piece.files() > 0) {
        files.putAll(FileIndex.read(repository, piece.filesName()));
      }
    }
    return files;
  }

  /// Puts the log after the base backup where Postgres looks for it. What was not shipped of the
  /// last segment stays zero, which Postgres takes for the end.
  void writeTo(Path folder) throws IOException {
    long first = Lsn.parse(base.startLsn()).bytes();
    for (var piece : pieces) {
      long needed = first / piece.segmentSize() * piece.segmentSize();
      try (var in = repository.readStream(piece.bytesName())) {
        long at = piece.from().bytes();
        var buffer = new byte[BUFFER];
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
          if (at + read > needed) {
            int skip = (int) Math.max(0, needed - at);
            put(folder, piece, at + skip, ByteBuffer.wrap(buffer, skip, read - skip));
          }
          at += read;
        }
        if (at != piece.to().bytes()) {
          throw new DamagedException("A piece of the log in the backup repository is incomplete");
        }
      }
    }
  }

  private static void put(Path folder, LogPiece piece, long from, ByteBuffer bytes)
      throws IOException {
    long at = from;
    int end = bytes.limit();
    while (bytes.position() < end) {
      long inSegment = at % piece.segmentSize();
      int count = (int) Math.min(piece.segmentSize() - inSegment, end - bytes.position());
      bytes.limit(bytes.position() + count);
      var name = Lsn.fileName(piece.timeline(), at / piece.segmentSize(), piece.segmentSize());
      write(folder.resolve(name), piece.segmentSize(), inSegment, bytes);
      bytes.limit(end);
      at += count;
    }
  }

  private static void write(Path file, long size, long from, ByteBuffer bytes) throws IOException {
    if (!Files.exists(file)) {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }
    try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      if (channel.size() < size) {
        channel.write(ByteBuffer.wrap(new byte[1]), size - 1);
      }
      channel.position(from);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }
  }
}
