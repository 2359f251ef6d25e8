package io.stabbur.storage.s3;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.http.PercentEncoding;
import io.stabbur.project.Project;
import io.stabbur.storage.BodyMemory;
import io.stabbur.storage.Operation;
import io.stabbur.storage.RequestBody;
import io.stabbur.storage.RequestPath;
import io.stabbur.storage.StorageError;
import io.stabbur.storage.StorageSettings;
import io.stabbur.storage.backend.Tagging;
import io.stabbur.storage.object.Facts;
import io.stabbur.storage.object.HeaderText;
import io.stabbur.storage.object.Metered;
import io.stabbur.storage.object.Multipart;
import io.stabbur.storage.object.StoredObject;
import io.stabbur.storage.object.Uploads;
import io.stabbur.storage.object.Uploads.Clash;
import io.stabbur.storage.object.Uploads.Proof;
import io.stabbur.storage.object.Uploads.Target;
import io.stabbur.storage.s3.PolicyDocument.Sizes;
import jakarta.inject.Singleton;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// Uploads by a browser's form: a signed policy says which fields the form may hold, and until
/// when.
@Singleton
final class PostPolicy {
  private static final int MOST_FIELDS = 50;
  private final Uploads uploads;
  private final Signatures signatures;
  private final StorageSettings settings;
  private final Clock clock;

  PostPolicy(Uploads uploads, Signatures signatures, StorageSettings settings, Clock clock) {
    this.uploads = uploads;
    this.signatures = signatures;
    this.settings = settings;
    this.clock = clock;
  }

  static boolean isForm(HttpRequest<?> request) {
    var type = request.getHeaders().get(HttpHeaders.CONTENT_TYPE);
    return type != null && type.toLowerCase(Locale.ROOT).startsWith("multipart/form-data");
  }

  HttpResponse<?> store(HttpRequest<?> request, Project project) {
    var body = RequestBody.stream(request);
    try (var memory = BodyMemory.of(project)) {
      var type = String.valueOf(request.getHeaders().get(HttpHeaders.CONTENT_TYPE));
      return store(request, project, Multipart.read(body, type, MOST_FIELDS, memory));
    } finally {
      RequestBody.discard(body);
    }
  }

  private HttpResponse<?> store(HttpRequest<?> request, Project project, Multipart.Form form) {
    var fields = new LinkedHashMap<String, String>();
    form.fields().forEach((name, value) -> fields.put(name.toLowerCase(Locale.ROOT), value));
    var bucket = bucket(request);
    fields.put("bucket", bucket);
    var credential = require(fields, "x-amz-credential");
    int slash = credential.indexOf('/');
    var accessKey = slash < 0 ? credential : credential.substring(0, slash);
    var policy = require(fields, "policy");
    var scope = CredentialScope.parse(slash < 0 ? "" : credential.substring(slash + 1));
    scope.require(require(fields, "x-amz-date"), settings.region());
    var key = SigningKey.derive(Signatures.secret(project, accessKey), scope);
    Signatures.require(key.sign(policy), require(fields, "x-amz-signature"));
    var sizes = PolicyDocument.decode(policy).check(fields, clock.instant());
    var caller = signatures.caller(request, project, accessKey, fields.get("x-amz-security-token"));
    var name = require(fields, "key").replace("${filename}", "file");
    var stored =
        upload(
            new Operation(caller, "storage.s3.upload"),
            new Target(bucket, name, Clash.REPLACE),
            facts(fields),
            new Metered(form.file(), sizes.most(), OptionalLong.empty()),
            sizes);
    return answer(fields, stored);
  }

  private StoredObject upload(
      Operation operation, Target target, Facts facts, Metered bytes, Sizes sizes) {
    var admission = uploads.admit(operation, target, facts, OptionalLong.empty(), Proof.POLICIES);
    return uploads.store(
        admission, facts, atLeast(bytes, sizes.least()), OptionalLong.empty(), Tagging.MD5);
  }

  /// Refuses, at its end, a file smaller than the policy asks for.
  private static InputStream atLeast(Metered bytes, long least) {
    return new java.io.FilterInputStream(bytes) {
      @Override
      public int read(byte[] into, int at, int length) throws java.io.IOException {
        int count = in.read(into, at, length);
        if (count < 0 && bytes.passed() < least) {
          throw new ApiException(
              new StorageError.Protocol(
                  400, "EntityTooSmall", "The file is smaller than the policy asks for"));
        }
        return count;
      }
    };
  }

  private static String bucket(HttpRequest<?> request) {
    var rest = RequestPath.raw(request).substring("/s3/".length());
    int slash = rest.indexOf('/');
    return RequestPath.decode(slash < 0 ? rest : rest.substring(0, slash));
  }

  /// From the fields alone, which the policy covers; the file's own header may say anything.
  private static Facts facts(Map<String, String> fields) {
    return new Facts(
        HeaderText.mediaType(fields.get("content-type")),
        HeaderText.cacheControl(fields.get("cache-control")),
        null,
        S3Request.metadata(fields));
  }

  private static HttpResponse<?> answer(Map<String, String> fields, StoredObject stored) {
    var redirect = redirect(fields, stored);
    if (redirect.isPresent()) {
      return HttpResponse.seeOther(redirect.get()).header(HttpHeaders.ETAG, stored.etag());
    }
    var status = fields.getOrDefault("success_action_status", "200");
    var response =
        switch (status) {
          case "201" ->
              S3Request.xml(
                      Xml.plain("PostResponse")
                          .text("Bucket", stored.bucket())
                          .text("Key", stored.name())
                          .text("ETag", stored.etag())
                          .end())
                  .status(201);
          case "204" -> HttpResponse.status(204, "No Content");
          default -> HttpResponse.ok();
        };
    return response.header(HttpHeaders.ETAG, stored.etag());
  }

  /// Where the form sends its browser, with what was stored behind it; an address that is none of
  /// the web counts as not given.
  private static Optional<URI> redirect(Map<String, String> fields, StoredObject stored) {
    var given = fields.getOrDefault("success_action_redirect", fields.getOrDefault("redirect", ""));
    try {
      var address = new URI(given);
      if (address.getHost() == null
          || !List.of("http", "https")
              .contains(String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT))) {
        return Optional.empty();
      }
      var told =
          "bucket=%s&key=%s&etag=%s"
              .formatted(
                  PercentEncoding.encode(stored.bucket()),
                  PercentEncoding.encode(stored.name()),
                  PercentEncoding.encode(stored.etag()));
      int hash = given.indexOf('#');
      var page = hash < 0 ? given : given.substring(0, hash);
      var joint = address.getRawQuery() == null ? '?' : '&';
      return Optional.of(new URI(page + joint + told + given.substring(page.length())));
    } catch (URISyntaxException _) {
      return Optional.empty();
    }
  }

  private static String require(Map<String, String> fields, String name) {
    var value = fields.get(name);
    if (value == null || value.isEmpty()) {
      throw denied("The form lacks the field " + name);
    }
    return value;
  }

  static ApiException denied(String message) {
    return new ApiException(new StorageError.AccessDenied(message, null));
  }
}
