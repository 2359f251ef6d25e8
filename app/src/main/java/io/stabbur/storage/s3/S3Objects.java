package io.stabbur.storage.s3;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MutableHttpResponse;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.http.ByteStream;
import io.stabbur.platform.json.Json;
import io.stabbur.storage.RequestPath;
import io.stabbur.storage.StorageError;
import io.stabbur.storage.backend.Backend;
import io.stabbur.storage.backend.Backends;
import io.stabbur.storage.backend.Span;
import io.stabbur.storage.backend.Tagging;
import io.stabbur.storage.bucket.BucketRows;
import io.stabbur.storage.object.ByteRange;
import io.stabbur.storage.object.Changes;
import io.stabbur.storage.object.Changes.CopyWish;
import io.stabbur.storage.object.Changes.Journey;
import io.stabbur.storage.object.Conditions;
import io.stabbur.storage.object.HeaderText;
import io.stabbur.storage.object.ObjectReply;
import io.stabbur.storage.object.ObjectRows;
import io.stabbur.storage.object.StoredObject;
import io.stabbur.storage.object.Uploads;
import io.stabbur.storage.object.Uploads.Proof;
import io.stabbur.storage.object.Uploads.Target;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Objects by the S3 protocol: put, get, head, copy and delete.
@Singleton
final class S3Objects {
  private static final int MOST_DELETED = 1000;
  private static final int LARGEST_XML = 2 << 20;
  private static final Map<String, String> OVERRIDES =
      Map.of(
          "response-cache-control", HttpHeaders.CACHE_CONTROL,
          "response-content-disposition", HttpHeaders.CONTENT_DISPOSITION,
          "response-content-encoding", HttpHeaders.CONTENT_ENCODING,
          "response-content-language", HttpHeaders.CONTENT_LANGUAGE,
          "response-content-type", HttpHeaders.CONTENT_TYPE,
          "response-expires", HttpHeaders.EXPIRES);
  private final Uploads uploads;
  private final S3Conditions conditions;
  private final ObjectRows rows;
  private final BucketRows buckets;
  private final Changes changes;
  private final Backends backends;

  S3Objects(
      Uploads uploads,
      S3Conditions conditions,
      ObjectRows rows,
      BucketRows buckets,
      Changes changes,
      Backends backends) {
    this.uploads = uploads;
    this.conditions = conditions;
    this.rows = rows;
    this.buckets = buckets;
    this.changes = changes;
    this.backends = backends;
  }

  HttpResponse<?> put(S3Request request) {
    var target = conditions.target(request);
    return S3Conditions.holding(request, () -> put(request, target));
  }

  private HttpResponse<?> put(S3Request request, Target target) {
    var facts = request.facts();
    try (var body = request.body()) {
      var admission =
          uploads.admit(request.operation("upload"), target, facts, body.length(), Proof.POLICIES);
      var stored = uploads.store(admission, facts, body.bytes(), body.length(), Tagging.MD5);
      return body.told(HttpResponse.ok().header(HttpHeaders.ETAG, stored.etag()));
    }
  }

  /// The row, if the caller may see it.
  StoredObject find(S3Request request, String operation, String bucket, String key) {
    buckets.require(request.project(), bucket);
    return rows.asCaller(request.operation(operation), bucket, key)
        .orElseThrow(() -> new ApiException(new StorageError.NoSuchKey(key)));
  }

  HttpResponse<?> get(S3Request request) {
    var operation = request.http().getMethod() == HttpMethod.HEAD ? "object.info" : "object.get";
    var object = find(request, operation, request.bucket(), request.key());
    return switch (Conditions.of(
        request.http().getHeaders(), object.etag(), object.lastModified())) {
      case NOT_MODIFIED -> headers(HttpResponse.notModified(), request, object);
      case FAILED ->
          throw new ApiException(
              new StorageError.Protocol(
                  412, "PreconditionFailed", "A precondition of the request does not hold"));
      case SEND -> send(request, object);
    };
  }

  private HttpResponse<?> send(S3Request request, StoredObject object) {
    var known = request.http().getHeaders();
    var range =
        Conditions.rangeHolds(known, object.etag(), object.lastModified())
            ? ByteRange.of(request.header(HttpHeaders.RANGE), object.size())
            : Optional.<Span>empty();
    var span = range.orElse(Span.whole(object.size()));
    MutableHttpResponse<?> response =
        range.isEmpty() ? HttpResponse.ok() : HttpResponse.status(HttpStatus.PARTIAL_CONTENT);
    if (range.isPresent()) {
      response.header(
          HttpHeaders.CONTENT_RANGE,
          "bytes " + span.from() + '-' + span.last() + '/' + object.size());
    }
    headers(response, request, object);
    if (request.http().getMethod() == HttpMethod.HEAD) {
      return response.contentLength(span.length());
    }
    try {
      var key = object.key(request.project().name());
      return response.body(
          ByteStream.of(
              request.http(), backends.of(request.project()).read(key, span), span.length()));
    } catch (Backend.Missing e) {
      throw new ApiException(new StorageError.NoSuchKey(object.name()));
    }
  }

  private static MutableHttpResponse<?> headers(
      MutableHttpResponse<?> response, S3Request request, StoredObject object) {
    response.header(HttpHeaders.ACCEPT_RANGES, "bytes");
    response.header(HttpHeaders.CONTENT_TYPE, HeaderText.stored(object.mimetype()));
    response.header(HttpHeaders.ETAG, object.etag());
    response.header(HttpHeaders.LAST_MODIFIED, Conditions.httpDate(object.lastModified()));
    if (object.cacheControl() != null && HeaderText.isPlain(object.cacheControl())) {
      response.header(HttpHeaders.CACHE_CONTROL, object.cacheControl());
    }
    if (object.userMetadata() != null) {
      for (var entry : Json.parseStored(object.userMetadata()).entries()) {
        var value = entry.getValue().isString() ? entry.getValue().getStringValue() : "";
        if (HeaderText.isPlain(entry.getKey()) && HeaderText.isPlain(value)) {
          response.header("x-amz-meta-" + entry.getKey(), value);
        }
      }
    }
    OVERRIDES.forEach(
        (parameter, header) -> {
          if (request.has(parameter)) {
            response.getHeaders().set(header, headerText(request.text(parameter)));
          }
        });
    // a presigned address is a link like any other
    ObjectReply.disarm(response);
    return response;
  }

  private static String headerText(String text) {
    if (!HeaderText.isPlain(text)) {
      throw new ApiException(
          new StorageError.Protocol(
              400, "InvalidArgument", "A header may only hold printable ASCII"));
    }
    return text;
  }

  HttpResponse<?> tagging(S3Request request) {
    var ignored = find(request, "object.get_tagging", request.bucket(), request.key());
    return S3Request.xml(Xml.of("Tagging").open("TagSet").close("TagSet").end());
  }

  HttpResponse<?> delete(S3Request request) {
    S3Conditions.refuseMatch(request);
    changes.deleteAll(request.operation("object.delete"), request.bucket(), List.of(request.key()));
    return HttpResponse.noContent();
  }

  HttpResponse<?> deleteAll(S3Request request) {
    try (var body = request.body()) {
      return body.whole(
          request.project(),
          LARGEST_XML,
          Deletion::read,
          wish -> S3Request.xml(deleted(request, wish.keys(), wish.quiet())));
    }
  }

  /// What is to be deleted, and whether only refusals are told.
  private record Deletion(List<String> keys, boolean quiet) {
    static Deletion read(byte[] body) {
      var keys = new ArrayList<String>();
      Xml.each(body, "Object", MOST_DELETED)
          .forEach(each -> keys.add(each.getOrDefault("Key", "")));
      if (keys.isEmpty() || keys.contains("")) {
        throw new ApiException(
            new StorageError.Protocol(400, "MalformedXML", "Each object to delete needs its key"));
      }
      return new Deletion(keys, "true".equals(Xml.first(body, "Quiet")));
    }
  }

  /// A key that is still seen afterwards may not be removed by the caller.
  private String deleted(S3Request request, List<String> keys, boolean quiet) {
    var operation = request.operation("object.delete_many");
    changes.deleteAll(operation, request.bucket(), keys);
    var kept = new HashSet<>(rows.visible(operation, request.bucket(), keys));
    var xml = Xml.of("DeleteResult");
    for (var key : keys) {
      if (kept.contains(key)) {
        xml.open("Error").text("Key", key).text("Code", "AccessDenied");
        xml.text("Message", "Access Denied").close("Error");
      } else if (!quiet) {
        xml.open("Deleted").text("Key", key).close("Deleted");
      }
    }
    return xml.end();
  }

  /// Where a copy comes from: `bucket/key`, encoded, perhaps with a slash before it; as it was
  /// signed, where several spaces are one.
  static RequestPath.BucketKey source(S3Request request) {
    var header = Signatures.squeezed(request.header("x-amz-copy-source"));
    var path = header.startsWith("/") ? header.substring(1) : header;
    int version = path.indexOf("?versionId=");
    var plain = RequestPath.decode(version < 0 ? path : path.substring(0, version));
    int slash = plain.indexOf('/');
    if (slash <= 0 || slash == plain.length() - 1) {
      throw new ApiException(
          new StorageError.Protocol(
              400, "InvalidArgument", "x-amz-copy-source must be bucket/key"));
    }
    return new RequestPath.BucketKey(plain.substring(0, slash), plain.substring(slash + 1));
  }

  HttpResponse<?> copy(S3Request request) {
    S3Conditions.refuseMatch(request);
    return S3Conditions.holding(request, () -> copied(request));
  }

  private HttpResponse<?> copied(S3Request request) {
    var from = source(request);
    var source = find(request, "object.copy", from.bucket(), from.key());
    checkSource(request, source);
    boolean replace = "REPLACE".equalsIgnoreCase(request.header("x-amz-metadata-directive"));
    var facts = request.facts();
    var copied =
        changes.copy(
            request.operation("object.copy"),
            new Journey(from.bucket(), from.key(), request.bucket(), request.key()),
            new CopyWish(
                S3Conditions.clash(request),
                !replace,
                replace ? facts.cacheControl() : null,
                replace ? facts.mimetype() : null,
                replace ? facts.userMetadata() : null));
    return S3Request.xml(
        Xml.of("CopyObjectResult")
            .text("ETag", copied.etag())
            .text("LastModified", copied.updatedAt())
            .end());
  }

  private static void checkSource(S3Request request, StoredObject source) {
    var match = request.header("x-amz-copy-source-if-match");
    var noneMatch = request.header("x-amz-copy-source-if-none-match");
    boolean same = source.etag().replace("\"", "").equals(plain(match));
    if ((match != null && !same)
        || (noneMatch != null && source.etag().replace("\"", "").equals(plain(noneMatch)))) {
      throw new ApiException(
          new StorageError.Protocol(
              412, "PreconditionFailed", "A precondition of the copy does not hold"));
    }
  }

  private static String plain(@org.jspecify.annotations.Nullable String etag) {
    return etag == null ? "" : etag.replace("\"", "");
  }
}
