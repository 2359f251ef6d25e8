package io.stabbur.storage.s3;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.json.Json;
import io.stabbur.project.Project;
import io.stabbur.storage.Operation;
import io.stabbur.storage.RequestPath;
import io.stabbur.storage.StorageError;
import io.stabbur.storage.object.Facts;
import io.stabbur.storage.object.HeaderText;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A signed request with its bucket, key and query.
record S3Request(
    HttpRequest<?> http,
    SignedRequest signed,
    String bucket,
    String key,
    Map<String, String> query) {
  private static final String META = "x-amz-meta-";

  static S3Request of(HttpRequest<?> request, SignedRequest signed) {
    var rest = RequestPath.raw(request).substring("/s3".length());
    var path = rest.startsWith("/") ? rest.substring(1) : rest;
    int slash = path.indexOf('/');
    var query = new LinkedHashMap<String, String>();
    UriText.query(request.getUri().getRawQuery())
        .forEach(each -> query.put(each.name(), each.value()));
    return new S3Request(
        request,
        signed,
        RequestPath.decode(slash < 0 ? path : path.substring(0, slash)),
        slash < 0 ? "" : RequestPath.decode(path.substring(slash + 1)),
        query);
  }

  Operation operation(String name) {
    return signed.operation(name);
  }

  Project project() {
    return signed.caller().project();
  }

  boolean has(String name) {
    return query.containsKey(name);
  }

  String text(String name) {
    return query.getOrDefault(name, "");
  }

  int number(String name, int otherwise, int most) {
    var text = query.get(name);
    if (text == null || text.isEmpty()) {
      return otherwise;
    }
    if (!text.matches("[0-9]{1,9}")) {
      throw new ApiException(
          new StorageError.Protocol(400, "InvalidArgument", name + " must be a number"));
    }
    return Math.min(Integer.parseInt(text), most);
  }

  @Nullable String header(String name) {
    return header(http, name);
  }

  /// A header as signatures read it: several lines are one value.
  static @Nullable String header(HttpRequest<?> http, String name) {
    var lines = http.getHeaders().getAll(name);
    return lines.isEmpty() ? null : String.join(",", lines);
  }

  S3Body body() {
    return S3Body.of(http, signed);
  }

  /// The body, which describes an object; checksums in headers are the object's.
  S3Body description() {
    return S3Body.ofDescription(http, signed);
  }

  /// What the headers say of the object.
  Facts facts() {
    return new Facts(
        HeaderText.mediaType(header("content-type")),
        HeaderText.cacheControl(header("cache-control")),
        null,
        metadata(http.getHeaders().asMap(String.class, String.class)));
  }

  /// The client's own metadata as JSON, or null.
  static @Nullable String metadata(Map<String, String> named) {
    var fields = new LinkedHashMap<String, JsonNode>();
    named.forEach(
        (name, value) -> {
          var lower = name.toLowerCase(Locale.ROOT);
          if (lower.startsWith(META)) {
            fields.put(lower.substring(META.length()), JsonNode.createStringNode(value));
          }
        });
    return fields.isEmpty() ? null : Json.write(JsonNode.createObjectNode(fields));
  }

  static MutableHttpResponse<?> xml(String xml) {
    return HttpResponse.ok(xml).contentType(MediaType.APPLICATION_XML_TYPE);
  }
}
