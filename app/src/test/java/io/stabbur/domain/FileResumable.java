package io.stabbur.domain;

import io.stabbur.domain.FileMatrix.Cell;
import io.stabbur.domain.FileMatrix.Verb;
import io.stabbur.domain.FileShelf.File;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// Resumable uploads: an empty beginning, then one chunk.
final class FileResumable implements FileWire {
  private final TestServer server;
  private final String token;

  FileResumable(TestServer server, String token) {
    this.server = server;
    this.token = token;
  }

  @Override
  public boolean knows(Verb verb) {
    return verb == Verb.UPLOAD || verb == Verb.OVERWRITE;
  }

  @Override
  public boolean servesPublicly() {
    return false;
  }

  @Override
  public String attempt(Verb verb, File file, File target) {
    var upsert = Boolean.toString(verb == Verb.OVERWRITE);
    var begun =
        send(
            "POST",
            server.url() + "/storage/v1/upload/resumable",
            null,
            "x-upsert",
            upsert,
            "Upload-Length",
            Integer.toString(FileShelf.BYTES.length()),
            "Upload-Metadata",
            "bucketName %s,objectName %s,contentType %s"
                .formatted(base64(file.bucket()), base64(file.name()), base64(FileShelf.TYPE)));
    if (begun.statusCode() != 201) {
      return Integer.toString(begun.statusCode());
    }
    var chunk =
        send(
            "PATCH",
            begun.headers().firstValue("location").orElse(""),
            FileShelf.BYTES,
            "x-upsert",
            upsert,
            "Upload-Offset",
            "0",
            "Content-Type",
            "application/offset+octet-stream");
    return chunk.statusCode() == 204 ? "done" : Integer.toString(chunk.statusCode());
  }

  private HttpResponse<String> send(
      String method,
      String url,
      @org.jspecify.annotations.Nullable String body,
      String... headers) {
    var all = new ArrayList<>(List.of("Tus-Resumable", "1.0.0"));
    all.addAll(List.of(headers));
    if (!token.isEmpty()) {
      all.addAll(List.of("Authorization", "Bearer " + token));
    }
    return Http.send(method, url, body, all.toArray(String[]::new));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public String refusal(Verb verb, Cell cell) {
    return "403";
  }

  @Override
  public void close() {}

  @Override
  public String toString() {
    return "resumable upload";
  }
}
