package io.stabbur.storage.s3;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.stabbur.platform.error.ApiException;
import io.stabbur.project.Project;
import io.stabbur.storage.StorageError;
import io.stabbur.storage.Sweep;
import io.stabbur.storage.backend.Backend;
import io.stabbur.storage.backend.Backends;
import io.stabbur.storage.backend.Digests;
import io.stabbur.storage.backend.Part;
import io.stabbur.storage.backend.Span;
import io.stabbur.storage.backend.VersionKey;
import io.stabbur.storage.backend.Written;
import io.stabbur.storage.bucket.BucketRows;
import io.stabbur.storage.object.Metered;
import io.stabbur.storage.object.StoredObject;
import io.stabbur.storage.object.Uploads;
import io.stabbur.storage.object.Uploads.Admission;
import io.stabbur.storage.object.Uploads.Proof;
import io.stabbur.storage.s3.PartRows.PartUpload;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/// Uploads in parts. The policies are asked when one is begun, with each part and at its
/// completion; lists of uploads and parts are read as the caller.
@Singleton
final class S3Parts implements Sweep {
  private static final int MOST_PARTS = 10_000;
  private static final int MOST_LISTED = 1000;
  private static final int LARGEST_XML = 4 << 20;
  private static final Duration STALE = Duration.ofDays(7);
  private static final Pattern RANGE = Pattern.compile("bytes=([0-9]{1,18})-([0-9]{1,18})");
  private final Uploads uploads;
  private final S3Conditions conditions;
  private final PartRows rows;
  private final S3Objects objects;
  private final BucketRows buckets;
  private final Backends backends;

  S3Parts(
      Uploads uploads,
      S3Conditions conditions,
      PartRows rows,
      S3Objects objects,
      BucketRows buckets,
      Backends backends) {
    this.uploads = uploads;
    this.conditions = conditions;
    this.rows = rows;
    this.objects = objects;
    this.buckets = buckets;
    this.backends = backends;
  }

  HttpResponse<?> create(S3Request request) {
    var facts = request.facts();
    var admission = admit(request, "upload.create_multipart", facts, OptionalLong.empty());
    var id = backends.of(request.project()).begin(admission.key(), facts.mimetype());
    rows.insert(
        request.project(),
        new PartUpload(
            id,
            request.bucket(),
            request.key(),
            admission.key().version(),
            admission.owner(),
            facts,
            ""));
    return S3Request.xml(
        Xml.of("InitiateMultipartUploadResult")
            .text("Bucket", request.bucket())
            .text("Key", request.key())
            .text("UploadId", id)
            .end());
  }

  private Admission admit(
      S3Request request,
      String operation,
      io.stabbur.storage.object.Facts facts,
      OptionalLong length) {
    return uploads.admit(
        request.operation(operation), conditions.target(request), facts, length, Proof.POLICIES);
  }

  /// For what stores nothing.
  private void allow(S3Request request, String operation, io.stabbur.storage.object.Facts facts) {
    var _ =
        uploads.allow(
            request.operation(operation),
            conditions.target(request),
            facts,
            OptionalLong.empty(),
            Proof.POLICIES);
  }

  private PartUpload upload(S3Request request) {
    return rows.require(
        request.project(), request.bucket(), request.key(), request.text("uploadId"));
  }

  private static VersionKey key(Project project, PartUpload upload) {
    return new VersionKey(project.name(), upload.bucket(), upload.key(), upload.version());
  }

  private static int partNumber(S3Request request) {
    int number = request.number("partNumber", 0, Integer.MAX_VALUE);
    if (number < 1 || number > MOST_PARTS) {
      throw new ApiException(
          new StorageError.Protocol(
              400, "InvalidArgument", "partNumber must be between 1 and " + MOST_PARTS));
    }
    return number;
  }

  HttpResponse<?> uploadPart(S3Request request) {
    int number = partNumber(request);
    try (var body = request.body()) {
      var upload = upload(request);
      var admission = admit(request, "upload.part", upload.facts(), body.length());
      long room = room(request.project(), upload, number, admission, body.length());
      var part =
          store(
              request.project(),
              upload,
              number,
              new Metered(body.bytes(), room, body.length()),
              body.length());
      rows.record(request.project(), upload, part, admission.limit());
      return body.told(HttpResponse.ok().header(HttpHeaders.ETAG, part.etag()));
    }
  }

  /// The bytes a part may have; one that is announced to be longer is refused before the store
  /// keeps any of it, from where a single part cannot be deleted.
  private long room(
      Project project, PartUpload upload, int number, Admission admission, OptionalLong length) {
    long room = rows.room(project, upload, number, admission.limit());
    if (length.isPresent() && length.getAsLong() > room) {
      throw new ApiException(new StorageError.EntityTooLarge());
    }
    return room;
  }

  private Part store(
      Project project, PartUpload upload, int number, InputStream bytes, OptionalLong length) {
    try {
      return backends.of(project).part(key(project, upload), upload.id(), number, bytes, length);
    } catch (Backend.Missing e) {
      throw new ApiException(new StorageError.NoSuchUpload(upload.id()));
    }
  }

  HttpResponse<?> copyPart(S3Request request) {
    int number = partNumber(request);
    var from = S3Objects.source(request);
    var source = objects.find(request, "upload.part_copy", from.bucket(), from.key());
    var span = span(request, source.size());
    var upload = upload(request);
    var length = OptionalLong.of(span.length());
    var admission = admit(request, "upload.part_copy", upload.facts(), length);
    var _ = room(request.project(), upload, number, admission, length);
    try (var bytes =
        backends.of(request.project()).read(source.key(request.project().name()), span)) {
      var part = store(request.project(), upload, number, bytes, length);
      rows.record(request.project(), upload, part, admission.limit());
      return S3Request.xml(
          Xml.of("CopyPartResult")
              .text("ETag", part.etag())
              .text("LastModified", source.updatedAt())
              .end());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Span span(S3Request request, long size) {
    var header = request.header("x-amz-copy-source-range");
    if (header == null) {
      return Span.whole(size);
    }
    var match = RANGE.matcher(header);
    if (match.matches()) {
      long from = Long.parseLong(match.group(1));
      long last = Long.parseLong(match.group(2));
      if (from <= last && last < size) {
        return new Span(from, last - from + 1);
      }
    }
    throw new ApiException(
        new StorageError.Protocol(
            400, "InvalidArgument", "x-amz-copy-source-range must be bytes=first-last"));
  }

  HttpResponse<?> complete(S3Request request) {
    return S3Conditions.holding(request, () -> completed(request));
  }

  private HttpResponse<?> completed(S3Request request) {
    try (var body = request.description()) {
      return body.whole(
          request.project(),
          LARGEST_XML,
          bytes -> Xml.each(bytes, "Part", MOST_PARTS),
          named -> complete(request, named));
    }
  }

  private HttpResponse<?> complete(S3Request request, List<Map<String, String>> wanted) {
    var upload = upload(request);
    var parts = rows.parts(request.project(), upload);
    // the policies come before the check of ETags, which tells what the parts hold
    var size = OptionalLong.of(size(wanted, parts));
    var admitted = admit(request, "upload.complete_multipart", upload.facts(), size);
    var chosen = chosen(wanted, parts);
    var key = key(request.project(), upload);
    var admission =
        new Admission(
            request.project(), key, admitted.target(), admitted.owner(), admitted.limit());
    var checksum = JoinedChecksum.of(request.http().getHeaders());
    var stored = settle(request.project(), admission, upload, chosen, checksum);
    rows.delete(request.project(), upload.id());
    return S3Request.xml(
        Xml.of("CompleteMultipartUploadResult")
            .text("Location", request.bucket() + '/' + request.key())
            .text("Bucket", request.bucket())
            .text("Key", request.key())
            .text("ETag", stored.etag())
            .end());
  }

  private StoredObject settle(
      Project project,
      Admission admission,
      PartUpload upload,
      List<Part> parts,
      Optional<JoinedChecksum> checksum) {
    try {
      return uploads.settle(
          admission,
          upload.facts(),
          () -> {
            var joined = join(project, upload, admission.key(), parts);
            checksum.ifPresent(each -> require(each, project, admission.key(), joined, parts));
            return joined;
          });
    } catch (ApiException e) {
      // the parts are no more once they were joined
      if (Uploads.isFinal(e) || e.error() instanceof StorageError.InvalidChecksum) {
        rows.delete(project, upload.id());
      }
      throw e;
    }
  }

  private void require(
      JoinedChecksum checksum, Project project, VersionKey key, Written joined, List<Part> parts) {
    try (var bytes = backends.of(project).read(key, Span.whole(joined.size()))) {
      checksum.require(bytes, parts);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Written join(Project project, PartUpload upload, VersionKey key, List<Part> parts) {
    var backend = backends.of(project);
    try {
      return backend.join(key, upload.id(), parts);
    } catch (Backend.Missing e) {
      if (backend.exists(key)) {
        return Digests.joinedAs(parts);
      }
      throw new ApiException(new StorageError.NoSuchUpload(upload.id()));
    }
  }

  /// The bytes of the parts a client names by number.
  private static long size(List<Map<String, String>> wanted, List<PartRows.Listed> stored) {
    var named = new HashSet<String>();
    wanted.forEach(each -> named.add(each.getOrDefault("PartNumber", "").strip()));
    return stored.stream()
        .map(PartRows.Listed::part)
        .filter(part -> named.contains(Integer.toString(part.number())))
        .mapToLong(Part::size)
        .sum();
  }

  /// The parts a client names, if each is there as it says.
  private static List<Part> chosen(List<Map<String, String>> wanted, List<PartRows.Listed> stored) {
    var byNumber = new HashMap<String, Part>();
    stored.forEach(each -> byNumber.put(Integer.toString(each.part().number()), each.part()));
    var chosen = new ArrayList<Part>();
    for (var named : wanted) {
      var part = byNumber.get(named.getOrDefault("PartNumber", "").strip());
      var etag = named.getOrDefault("ETag", "").replace("\"", "");
      if (part == null || !part.etag().replace("\"", "").equals(etag)) {
        throw new ApiException(
            new StorageError.Protocol(
                400,
                "InvalidPart",
                "One or more of the specified parts could not be found. The part may not have been"
                    + " uploaded, or the specified entity tag may not match the part's entity"
                    + " tag."));
      }
      if (!chosen.isEmpty() && chosen.getLast().number() >= part.number()) {
        throw new ApiException(
            new StorageError.Protocol(
                400, "InvalidPartOrder", "The parts are not in ascending order"));
      }
      chosen.add(part);
    }
    if (chosen.isEmpty()) {
      throw new ApiException(new StorageError.Protocol(400, "MalformedXML", "No parts are named"));
    }
    return chosen;
  }

  HttpResponse<?> abort(S3Request request) {
    var upload = upload(request);
    allow(request, "upload.abort_multipart", upload.facts());
    giveUp(request.project(), upload);
    return HttpResponse.noContent();
  }

  private void giveUp(Project project, PartUpload upload) {
    backends.of(project).abandon(key(project, upload), upload.id());
    rows.delete(project, upload.id());
  }

  @Override
  public String name() {
    return "s3-uploads";
  }

  @Override
  public void sweep(Project project) {
    rows.stale(project, STALE, 100).forEach(upload -> giveUp(project, upload));
  }

  /// For whoever may write to the upload; which of its parts are shown, policies decide.
  HttpResponse<?> parts(S3Request request) {
    var upload = upload(request);
    allow(request, "upload.list_parts", upload.facts());
    int limit = request.number("max-parts", MOST_LISTED, MOST_LISTED);
    int marker = request.number("part-number-marker", 0, Integer.MAX_VALUE);
    var after =
        rows.visibleParts(request.operation("upload.list_parts"), upload).stream()
            .filter(each -> each.part().number() > marker)
            .toList();
    var shown = after.subList(0, Math.min(limit, after.size()));
    var xml = Xml.of("ListPartsResult").text("Bucket", request.bucket());
    xml.text("Key", request.key()).text("UploadId", upload.id());
    xml.text("PartNumberMarker", Integer.toString(marker));
    if (shown.size() < after.size() && !shown.isEmpty()) {
      xml.text("NextPartNumberMarker", Integer.toString(shown.getLast().part().number()));
    }
    xml.text("MaxParts", Integer.toString(limit));
    xml.text("IsTruncated", Boolean.toString(shown.size() < after.size()));
    for (var each : shown) {
      xml.open("Part").text("PartNumber", Integer.toString(each.part().number()));
      xml.text("LastModified", each.created()).text("ETag", each.part().etag());
      xml.text("Size", Long.toString(each.part().size())).close("Part");
    }
    return S3Request.xml(xml.end());
  }

  HttpResponse<?> uploads(S3Request request) {
    buckets.require(request.project(), request.bucket());
    int limit = request.number("max-uploads", MOST_LISTED, MOST_LISTED);
    var found =
        rows.visibleUploads(
            request.operation("upload.list_multipart"),
            request.bucket(),
            request.text("prefix"),
            request.text("key-marker"),
            request.text("upload-id-marker"),
            limit + 1);
    var shown = found.subList(0, Math.min(limit, found.size()));
    boolean more = shown.size() < found.size() && !shown.isEmpty();
    var xml = Xml.of("ListMultipartUploadsResult").text("Bucket", request.bucket());
    xml.text("KeyMarker", S3Listing.name(request, request.text("key-marker")));
    xml.text("UploadIdMarker", request.text("upload-id-marker"));
    if (more) {
      xml.text("NextKeyMarker", S3Listing.name(request, shown.getLast().key()));
      xml.text("NextUploadIdMarker", shown.getLast().id());
    }
    xml.text("Prefix", S3Listing.name(request, request.text("prefix")));
    xml.text("MaxUploads", Integer.toString(limit)).text("IsTruncated", Boolean.toString(more));
    for (var each : shown) {
      xml.open("Upload").text("Key", S3Listing.name(request, each.key()));
      xml.text("UploadId", each.id()).text("Initiated", each.created()).close("Upload");
    }
    return S3Request.xml(xml.end());
  }
}
