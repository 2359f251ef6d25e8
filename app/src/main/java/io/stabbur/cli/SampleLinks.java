package io.stabbur.cli;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.json.Json;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Links that a server makes, provoked by requests that come with headers of a proxy nobody trusts:
/// all of them must begin with the public address.
///
/// @param seen how many there were
/// @param wrong those that do not
record SampleLinks(int seen, List<String> wrong) {
  private static final String FORGED = "forged.invalid";

  static SampleLinks of(RunningServer server) {
    var publicUrl = server.publicUrl().toString();
    var links = new ArrayList<String>();
    upload(server).ifPresent(links::add);
    described(server).ifPresent(links::add);
    return new SampleLinks(
        links.size(), links.stream().filter(link -> !link.startsWith(publicUrl)).toList());
  }

  /// Where a resumable upload is said to go on; it is ended at once.
  private static Optional<String> upload(RunningServer server) {
    var buckets = server.get("/storage/v1/bucket");
    if (!buckets.isArray() || buckets.size() == 0) {
      return Optional.empty();
    }
    var begun = begin(server, RunningServer.text(buckets.values().iterator().next(), "id"));
    var location = begun.headers().firstValue("Location");
    location.ifPresent(
        url -> {
          var _ = server.exchange("DELETE", URI.create(url).getRawPath(), "Tus-Resumable", "1.0.0");
        });
    return location;
  }

  private static HttpResponse<String> begin(RunningServer server, String bucket) {
    return server.exchange(
        "POST",
        "/storage/v1/upload/resumable",
        "Tus-Resumable",
        "1.0.0",
        "Upload-Length",
        "1",
        "Upload-Metadata",
        "bucketName %s,objectName %s,contentType %s"
            .formatted(
                base64(bucket), base64("doctor-" + UUID.randomUUID()), base64("application/pdf")),
        "X-Forwarded-Host",
        FORGED,
        "X-Forwarded-Proto",
        "http");
  }

  /// The address that the description of the data API names.
  private static Optional<String> described(RunningServer server) {
    var answer = server.exchange("GET", "/rest/v1/", "X-Forwarded-Host", FORGED);
    if (answer.statusCode() != 200) {
      return Optional.empty();
    }
    var description = Json.parse(answer.body());
    var schemes = description.get("schemes");
    return schemes == null || !schemes.isArray()
        ? Optional.empty()
        : Optional.of(
            schemes.values().iterator().next().getStringValue()
                + "://"
                + host(description)
                + RunningServer.text(description, "basePath"));
  }

  /// The description always says a port, addresses only an unusual one.
  private static String host(JsonNode description) {
    return RunningServer.text(description, "host").replaceFirst(":(443|80)$", "");
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
