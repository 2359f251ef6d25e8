package io.stabbur.operations.backup;

import io.stabbur.operations.backup.repository.Repository;
import io.stabbur.platform.json.Json;
import java.time.Instant;
import java.util.Optional;

/// A piece of the log in a repository. The next one begins where it ends, so nothing needs to list
/// them. What it says of itself is stored last: a piece is there whole or not at all.
///
/// @param at everything that was committed before is in the log up to the end of this piece
/// @param files how many files were stored with it
record LogPiece(int timeline, Lsn from, Lsn to, Instant at, long segmentSize, long files) {
  static String name(int timeline, Lsn from) {
    return "log/%08X-%016X".formatted(timeline, from.bytes());
  }

  String bytesName() {
    return name(timeline, from) + "/wal";
  }

  String filesName() {
    return name(timeline, from) + "/files";
  }

  void write(Repository repository) {
    repository.write(
        name(timeline, from) + "/piece",
        new Fields()
            .put("to", to.toString())
            .put("at", at)
            .put("segment_size", segmentSize)
            .put("files", files)
            .bytes());
  }

  /// The piece that begins at a place; empty at the end of the log.
  static Optional<LogPiece> read(Repository repository, int timeline, Lsn from) {
    return repository
        .read(name(timeline, from) + "/piece")
        .map(Json::parse)
        .map(
            node ->
                new LogPiece(
                    timeline,
                    from,
                    Lsn.parse(Fields.text(node, "to")),
                    Fields.instant(node, "at"),
                    Fields.number(node, "segment_size"),
                    Fields.number(node, "files")));
  }

  /// Removes it; its end first, so that a removal that is interrupted can be taken up again.
  void delete(Repository repository) {
    repository.deleteStream(bytesName());
    repository.deleteStream(filesName());
    repository.delete(name(timeline, from) + "/piece");
  }
}
