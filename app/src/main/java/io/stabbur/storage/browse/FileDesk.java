package io.stabbur.storage.browse;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MutableHttpResponse;
import io.stabbur.identity.Caller;
import io.stabbur.platform.json.Json;
import io.stabbur.project.Project;
import io.stabbur.storage.Operation;
import io.stabbur.storage.bucket.BucketRows;
import io.stabbur.storage.bucket.BucketRows.BucketChange;
import io.stabbur.storage.object.Changes;
import io.stabbur.storage.object.Disposition;
import io.stabbur.storage.object.Listing;
import io.stabbur.storage.object.ObjectReply;
import io.stabbur.storage.object.ObjectRows;
import io.stabbur.storage.object.Reads;
import io.stabbur.storage.object.StoredObject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Buckets and files, seen and changed with the rights of a caller as through the API: policies
/// decide.
@Singleton
public final class FileDesk {
  private static final int PAGE = 100;

  private final BucketRows buckets;
  private final ObjectRows rows;
  private final Listing listing;
  private final Reads reads;
  private final Changes changes;
  private final ObjectReply reply;

  FileDesk(
      BucketRows buckets,
      ObjectRows rows,
      Listing listing,
      Reads reads,
      Changes changes,
      ObjectReply reply) {
    this.buckets = buckets;
    this.rows = rows;
    this.listing = listing;
    this.reads = reads;
    this.changes = changes;
    this.reply = reply;
  }

  /// Files and folders of a list, in the order of their names.
  ///
  /// @param next after which name the list goes on; absent at its end
  public record Page(List<FileLine> lines, @Nullable String next) {
    public Page {
      lines = List.copyOf(lines);
    }
  }

  /// The buckets whose rows the caller may see, by name.
  public List<BucketLine> buckets(Caller caller) {
    var found = new ArrayList<BucketLine>();
    Json.parse(buckets.list(operation(caller, "storage.bucket.list")))
        .values()
        .forEach(row -> found.add(BucketLine.of(row)));
    return found;
  }

  /// A bucket, whoever may see its row: files in it may be seen without.
  public Optional<BucketLine> bucket(Project project, String id) {
    return buckets.find(project, id).map(BucketLine::of);
  }

  /// What lies directly in a folder.
  ///
  /// @param folder with the slash at its end; empty for the bucket itself
  /// @param after the last name of the page before; empty for the first
  public Page files(Caller caller, String bucket, String folder, String after) {
    var query =
        new Listing.Query(
            bucket,
            folder,
            "/",
            PAGE,
            "name",
            false,
            after.isEmpty() ? null : new Listing.Cursor(after, ""),
            "");
    var page = listing.page(operation(caller, "storage.object.list_v2"), query);
    var next = page.next();
    return new Page(
        page.entries().stream().map(FileLine::of).toList(), next == null ? null : next.key());
  }

  /// A file; empty where there is none that the policies show the caller.
  public Optional<StoredObject> file(Caller caller, String bucket, String name) {
    return rows.asCaller(operation(caller, "object.get_authenticated_info"), bucket, name);
  }

  /// The bytes of a file, to be saved under the last part of its name.
  public MutableHttpResponse<?> download(
      HttpRequest<?> request, Caller caller, String bucket, String name) {
    var operation = operation(caller, "storage.object.get_authenticated");
    var answer =
        reply.serve(request, caller.project(), reads.asCaller(operation, bucket, name), null);
    var last = name.substring(name.lastIndexOf('/') + 1);
    answer.getHeaders().set(HttpHeaders.CONTENT_DISPOSITION, Disposition.attachment(last));
    return answer;
  }

  /// Removes a file.
  public void delete(Caller caller, String bucket, String name) {
    changes.delete(operation(caller, "storage.object.delete"), bucket, name);
  }

  /// Lets anybody with an address read the files of a bucket, or those alone whom policies let.
  public void publish(Caller caller, String bucket, Openness openness) {
    var change = new BucketChange(openness == Openness.PUBLIC, false, null, false, null);
    buckets.update(operation(caller, "storage.bucket.update"), bucket, change);
  }

  /// Who may read the files of a bucket.
  public enum Openness {
    PUBLIC,
    PRIVATE
  }

  private static Operation operation(Caller caller, String name) {
    return new Operation(caller, name);
  }
}
