package io.stabbur.storage.object;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.json.tree.JsonNode;
import io.stabbur.identity.Caller;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.json.Json;
import io.stabbur.storage.BodyMemory;
import io.stabbur.storage.RequestBody;
import io.stabbur.storage.StorageError;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// An upload as it came: what the client says of the object, and its bytes as a stream.
///
/// @param length the announced number of bytes; a form announces none
/// @param whole what the bytes are read from
/// @param memory what a form's fields take
public record UploadBody(
    Facts facts, InputStream bytes, OptionalLong length, InputStream whole, BodyMemory memory)
    implements AutoCloseable {
  private static final int MOST_FIELDS = 10;
  private static final int MOST_METADATA = 1 << 20;
  private static final Pattern ROBOTS = Pattern.compile("[A-Za-z0-9 ,:_.\\-]{1,1000}");
  private static final Pattern SECONDS = Pattern.compile("[0-9]{1,12}");

  static UploadBody of(HttpRequest<?> request) {
    var type = request.getHeaders().get(HttpHeaders.CONTENT_TYPE);
    return type != null && type.toLowerCase(Locale.ROOT).startsWith("multipart/form-data")
        ? form(request, type)
        : raw(request, type);
  }

  private static UploadBody raw(HttpRequest<?> request, @Nullable String type) {
    var headers = request.getHeaders();
    var cacheControl = headers.get(HttpHeaders.CACHE_CONTROL);
    var facts =
        new Facts(
            HeaderText.mediaType(type),
            HeaderText.cacheControl(cacheControl),
            robots(request),
            headerMetadata(request));
    var bytes = RequestBody.stream(request);
    return new UploadBody(facts, bytes, RequestBody.length(request), bytes, memory(request));
  }

  private static UploadBody form(HttpRequest<?> request, String contentType) {
    var whole = RequestBody.stream(request);
    var memory = memory(request);
    try {
      var form = Multipart.read(whole, contentType, MOST_FIELDS, memory);
      var facts = memory.parse(() -> facts(request, form));
      return new UploadBody(facts, form.file(), OptionalLong.empty(), whole, memory);
    } catch (RuntimeException e) {
      memory.close();
      RequestBody.discard(whole);
      throw e;
    }
  }

  private static BodyMemory memory(HttpRequest<?> request) {
    return BodyMemory.of(Caller.of(request).project());
  }

  private static Facts facts(HttpRequest<?> request, Multipart.Form form) {
    var fields = form.fields();
    var type = fields.getOrDefault("contentType", form.fileType());
    var seconds = fields.get("cacheControl");
    var metadata = fields.getOrDefault("metadata", fields.get("userMetadata"));
    return new Facts(
        HeaderText.mediaType(type),
        seconds == null ? "no-cache" : maxAge(seconds),
        robots(request),
        metadata == null ? null : metadata(metadata));
  }

  /// What was not read is dropped, so that the connection can be used again.
  @Override
  public void close() {
    memory.close();
    RequestBody.discard(whole);
  }

  /// Seconds become a rule; what is a rule already is kept if it can stand in a header.
  public static String maxAge(String text) {
    if (SECONDS.matcher(text).matches()) {
      return "max-age=" + text;
    }
    return ROBOTS.matcher(text.replace("=", "")).matches() ? "max-age=" + text : "no-cache";
  }

  private static @Nullable String robots(HttpRequest<?> request) {
    var header = request.getHeaders().get("x-robots-tag");
    if (header != null && !ROBOTS.matcher(header).matches()) {
      throw new ApiException(new StorageError.InvalidRequest("Invalid X-Robots-Tag header"));
    }
    return header;
  }

  /// The header `x-metadata`: JSON in base64; what is not JSON counts as none.
  static @Nullable String headerMetadata(HttpRequest<?> request) {
    var header = request.getHeaders().get("x-metadata");
    if (header == null) {
      return null;
    }
    try {
      return metadata(new String(Base64.getMimeDecoder().decode(header), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /// JSON text of a client's own; what is not an object counts as none. Lists show it as Postgres
  /// writes it, which must not be more, and can be read back.
  public static @Nullable String metadata(String text) {
    if (text.length() > MOST_METADATA) {
      throw new ApiException(new StorageError.EntityTooLarge());
    }
    JsonNode json;
    try {
      json = Json.parse(text);
    } catch (ApiException e) {
      return null;
    }
    var numbers = Json.writtenNumbers(json).summaryStatistics();
    if (numbers.getSum() > MOST_METADATA || numbers.getMax() > Json.LONGEST_NUMBER) {
      throw new ApiException(new StorageError.EntityTooLarge());
    }
    return json.isObject() ? text : null;
  }
}
