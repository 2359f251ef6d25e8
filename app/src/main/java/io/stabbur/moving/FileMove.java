package io.stabbur.moving;

import io.stabbur.moving.FileSource.Content;
import io.stabbur.moving.FileSource.StoredFile;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.platform.sql.Statement;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// The bytes of files, from their source into the Storage API of the target, whose rows are there
/// already: an upload replaces the bytes of a row, and then the row gets back what the upload
/// changed. Each file is read again from the target in the end.
public record FileMove(FileSource source, StorageApi target) {
  private static final int AT_ONCE = 8;
  private static final int BATCH = 200;
  private static final int TRIES = 3;
  private static final int PAUSE_MS = 500;

  private static final String PENDING =
      """
      select f.bucket_id, f.name, coalesce(o.version, ''), coalesce(f.metadata ->> 'mimetype', 'application/octet-stream'),
        coalesce(f.metadata ->> 'cacheControl', 'max-age=3600'), f.sha256
      from stabbur_moving.files f join storage.objects o using (bucket_id, name)
      where (f.bucket_id, f.name) > (?, ?) and (f.sha256 is null) = ?::boolean and f.verified_at is null
      order by 1, 2
      limit ?
      """;

  /// One that is to be copied, or compared where it has a digest.
  private record Work(StoredFile file, String type, String cacheControl, @Nullable String sha256) {}

  /// Work on one file; the answer says why it failed, or is null.
  private interface Task {
    @Nullable String run(Work work) throws IOException, InterruptedException;
  }

  /// Keeps the rows as they came over, in the transaction that is open.
  static void prepare(DatabaseLink link) {
    link.execute(
        """
        insert into stabbur_moving.buckets (id, file_size_limit, allowed_mime_types)
        select id, file_size_limit, allowed_mime_types from storage.buckets on conflict do nothing;
        insert into stabbur_moving.files
          (bucket_id, name, owner, owner_id, created_at, updated_at, last_accessed_at, metadata, user_metadata)
        select bucket_id, name, owner, owner_id, created_at, updated_at, last_accessed_at, metadata, user_metadata
        from storage.objects on conflict do nothing
        """);
  }

  /// The same of the files of one organization that no earlier run has noted.
  static void prepare(DatabaseLink link, String organization) {
    link.update(
        Statement.of(
            """
            insert into stabbur_moving.files
              (bucket_id, name, owner, owner_id, created_at, updated_at, last_accessed_at, metadata, user_metadata)
            select bucket_id, name, owner, owner_id, created_at, updated_at, last_accessed_at, metadata, user_metadata
            from storage.objects where split_part(name, '/', 1) = ? on conflict do nothing
            """,
            organization));
    link.execute(
        """
        insert into stabbur_moving.buckets (id, file_size_limit, allowed_mime_types)
        select id, file_size_limit, allowed_mime_types from storage.buckets
        where id in (select bucket_id from stabbur_moving.files) on conflict do nothing
        """);
  }

  /// How many files are not moved and compared yet.
  static long pending(DatabaseLink link) {
    return link.number(
        Statement.of("select count(*) from stabbur_moving.files where verified_at is null"));
  }

  /// Moves what has not moved yet, and compares what has not been compared yet.
  ///
  /// @param origin the database that the files' rows came from
  /// @return a line for each file that could not be moved
  List<String> run(DatabaseLink origin, DatabaseLink link, boolean isQuiet, Progress progress) {
    if (pending(link) == 0) {
      return List.of();
    }
    target.check();
    var lost = Collections.synchronizedList(new ArrayList<String>());
    try (var _ = BucketLimits.lift(link)) {
      each(link, true, lost, progress, work -> copy(work, origin, link, isQuiet));
      each(link, false, lost, progress, work -> compare(work, link));
    }
    return List.copyOf(lost);
  }

  private static void each(
      DatabaseLink link, boolean isNew, List<String> lost, Progress progress, Task task) {
    var what = isNew ? "files" : "compare files";
    long all =
        link.number(
            Statement.of(
                "select count(*) from stabbur_moving.files where (sha256 is null) = ?::boolean and"
                    + " verified_at is null",
                isNew));
    long count = 0;
    var last = new StoredFile("", "", "");
    try (var threads = Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().factory())) {
      while (true) {
        var batch = batch(link, last, isNew);
        if (batch.isEmpty()) {
          return;
        }
        var futures = new ArrayList<Future<?>>();
        for (var work : batch) {
          futures.add(threads.submit(() -> attempt(work, task, lost)));
        }
        for (int i = 0; i < futures.size(); i++) {
          await(futures.get(i), threads::shutdownNow);
          progress.at(what, batch.get(i).file().title(), ++count + " of " + all);
        }
        last = batch.getLast().file();
      }
    }
  }

  private static List<Work> batch(DatabaseLink link, StoredFile after, boolean isNew) {
    synchronized (link) {
      return link.list(
          Statement.of(PENDING, after.bucket(), after.name(), isNew, BATCH),
          row ->
              new Work(
                  new StoredFile(row.getString(1), row.getString(2), row.getString(3)),
                  row.getString(4),
                  row.getString(5),
                  row.getString(6)));
    }
  }

  private static void await(Future<?> future, Runnable stop) {
    try {
      future.get();
    } catch (ExecutionException e) {
      stop.run();
      if (e.getCause() instanceof StartFailure failure) {
        throw failure;
      }
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      stop.run();
      Thread.currentThread().interrupt();
      throw new StartFailure("Interrupted; run the command again to go on.", e);
    }
  }

  /// Tries a few times: networks and servers have short failures.
  private static boolean attempt(Work work, Task task, List<String> lost)
      throws InterruptedException {
    for (int i = 1; ; i++) {
      try {
        var reason = task.run(work);
        return reason == null || lost.add(work.file().title() + ": " + reason);
      } catch (IOException e) {
        if (i == TRIES) {
          throw new StartFailure(
              "The file %s: %s Run the command again to go on."
                  .formatted(work.file().title(), sentence(e)),
              e);
        }
        Thread.sleep((long) PAUSE_MS * i);
      }
    }
  }

  private static String sentence(IOException e) {
    var message = e.getMessage();
    return message != null && message.endsWith(".") ? message : "the connection was lost.";
  }

  private @Nullable String copy(Work work, DatabaseLink origin, DatabaseLink link, boolean isQuiet)
      throws IOException, InterruptedException {
    var opened = source.open(work.file());
    if (opened.isEmpty()) {
      return "its bytes are not in the source";
    }
    var digest = sha256();
    var counted = new long[1];
    try (var bytes = new DigestInputStream(opened.get().bytes(), digest)) {
      var refused =
          target.write(
              work.file(),
              new Content(new Counting(bytes, counted), opened.get().length()),
              work.type(),
              work.cacheControl());
      if (refused.isPresent()) {
        return "the target refuses it: " + refused.get();
      }
    }
    var size = size(work.file(), origin);
    boolean isWhole = size.isEmpty() || size.getAsLong() == counted[0];
    synchronized (link) {
      link.atomically(
          () -> {
            if (isQuiet) {
              link.execute("set local session_replication_role = replica");
            }
            restoreRow(link, work.file());
            if (isWhole) {
              noteCopied(link, work.file(), counted[0], HexFormat.of().formatHex(digest.digest()));
            }
          });
    }
    return isWhole
        ? null
        : "%d bytes are in the source, whose row says %d".formatted(counted[0], size.getAsLong());
  }

  /// As the row says it today, since files may be replaced while they move.
  private static OptionalLong size(StoredFile file, DatabaseLink origin) {
    synchronized (origin) {
      var size =
          origin.value(
              Statement.of(
                  "select metadata ->> 'size' from storage.objects where bucket_id = ? and name = ?",
                  file.bucket(),
                  file.name()));
      return size == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(size));
    }
  }

  private static void noteCopied(DatabaseLink link, StoredFile file, long size, String sha256) {
    link.update(
        Statement.of(
            "update stabbur_moving.files set size = ?, sha256 = ? where bucket_id = ? and name = ?",
            size,
            sha256,
            file.bucket(),
            file.name()));
  }

  /// The next run copies it once more.
  private static void forgetCopy(DatabaseLink link, StoredFile file) {
    synchronized (link) {
      link.update(
          Statement.of(
              "update stabbur_moving.files set size = null, sha256 = null where bucket_id = ? and name = ?",
              file.bucket(),
              file.name()));
    }
  }

  /// What is measured of the bytes stays as the target measured it.
  private static void restoreRow(DatabaseLink link, StoredFile file) {
    link.update(
        Statement.of(
            """
            update storage.objects o
            set owner = f.owner, owner_id = f.owner_id, created_at = f.created_at, updated_at = f.updated_at,
              last_accessed_at = f.last_accessed_at, user_metadata = f.user_metadata,
              metadata = coalesce(f.metadata, '{}') || jsonb_build_object(
                'eTag', o.metadata -> 'eTag', 'size', o.metadata -> 'size', 'contentLength', o.metadata -> 'contentLength')
            from stabbur_moving.files f
            where f.bucket_id = o.bucket_id and f.name = o.name and o.bucket_id = ? and o.name = ?
            """,
            file.bucket(),
            file.name()));
  }

  private @Nullable String compare(Work work, DatabaseLink link)
      throws IOException, InterruptedException {
    var opened = target.open(work.file());
    if (opened.isEmpty()) {
      forgetCopy(link, work.file());
      return "it is not in the target";
    }
    var digest = sha256();
    try (var bytes = new DigestInputStream(opened.get().bytes(), digest)) {
      bytes.transferTo(OutputStream.nullOutputStream());
    }
    if (!HexFormat.of().formatHex(digest.digest()).equals(work.sha256())) {
      forgetCopy(link, work.file());
      return "its bytes differ in the target";
    }
    synchronized (link) {
      link.update(
          Statement.of(
              "update stabbur_moving.files set verified_at = now() where bucket_id = ? and name = ?",
              work.file().bucket(),
              work.file().name()));
    }
    return null;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Counts what was read.
  private static final class Counting extends java.io.FilterInputStream {
    private final long[] count;

    Counting(InputStream in, long[] count) {
      super(in);
      this.count = count;
    }

    @Override
    public int read() throws IOException {
      int read = super.read();
      count[0] += read < 0 ? 0 : 1;
      return read;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int read = super.read(bytes, offset, length);
      count[0] += Math.max(read, 0);
      return read;
    }
  }
}
