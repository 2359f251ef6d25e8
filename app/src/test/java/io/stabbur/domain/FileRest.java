package io.stabbur.domain;

import io.stabbur.domain.FileMatrix.Cell;
import io.stabbur.domain.FileMatrix.Verb;
import io.stabbur.domain.FileShelf.File;
import io.stabbur.platform.json.Json;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;

/// The Storage API.
final class FileRest implements FileWire {
  private final TestServer server;
  private final String token;

  FileRest(TestServer server, String token) {
    this.server = server;
    this.token = token;
  }

  @Override
  public boolean knows(Verb verb) {
    return true;
  }

  @Override
  public boolean servesPublicly() {
    return true;
  }

  @Override
  public String attempt(Verb verb, File file, File target) {
    return switch (verb) {
      case LIST -> list(file);
      case READ -> bytes(get("/object/" + file.path()));
      case INFO -> told(get("/object/info/" + file.path()));
      case SIGN -> sign(file);
      case UPLOAD -> told(upload(file, "false"));
      case OVERWRITE -> told(upload(file, "true"));
      case COPY -> told(post("/object/copy", journey(file, target)));
      case MOVE -> told(post("/object/move", journey(file, target)));
      case DELETE -> told(send("DELETE", "/object/" + file.path(), null));
    };
  }

  private String list(File file) {
    var answer = post("/object/list/" + file.bucket(), Client.object("prefix", file.folder()));
    if (answer.statusCode() != 200) {
      return told(answer);
    }
    return Client.list(answer).isEmpty() ? "empty" : "done";
  }

  private static String bytes(HttpResponse<String> answer) {
    return answer.statusCode() == 200 && !answer.body().equals(FileShelf.BYTES)
        ? "other bytes"
        : told(answer);
  }

  /// A signed address that opens the file to whoever has it.
  private String sign(File file) {
    var answer = post("/object/sign/" + file.path(), "{\"expiresIn\": 60}");
    if (answer.statusCode() != 200) {
      return told(answer);
    }
    var address = Client.text(Json.parse(answer.body()), "signedURL");
    return bytes(Http.get(server.url() + "/storage/v1" + address));
  }

  private HttpResponse<String> upload(File file, String upsert) {
    return send(
        "POST",
        "/object/" + file.path(),
        FileShelf.BYTES,
        "Content-Type",
        FileShelf.TYPE,
        "x-upsert",
        upsert);
  }

  private static String journey(File file, File target) {
    return Client.object(
        "bucketId", file.bucket(), "sourceKey", file.name(), "destinationKey", target.name());
  }

  private HttpResponse<String> get(String path) {
    return send("GET", path, null);
  }

  private HttpResponse<String> post(String path, String json) {
    return send("POST", path, json, "Content-Type", "application/json");
  }

  private HttpResponse<String> send(
      String method,
      String path,
      @org.jspecify.annotations.Nullable String body,
      String... headers) {
    var all = new ArrayList<>(List.of(headers));
    if (!token.isEmpty()) {
      all.addAll(List.of("Authorization", "Bearer " + token));
    }
    return Http.send(method, server.url() + "/storage/v1" + path, body, all.toArray(String[]::new));
  }

  private static String told(HttpResponse<String> answer) {
    if (answer.statusCode() == 200) {
      return "done";
    }
    var body = Json.parse(answer.body());
    return Client.text(body, "statusCode") + " " + Client.text(body, "code");
  }

  @Override
  public String refusal(Verb verb, Cell cell) {
    if (!cell.role().equals("nobody")) {
      return verb == Verb.LIST ? "empty" : "403 AccessDenied";
    }
    // who shows nothing at all has no right, and sees no private bucket
    return verb == Verb.READ || verb == Verb.INFO ? "404 NoSuchBucket" : "403 AccessDenied";
  }

  @Override
  public void close() {}

  @Override
  public String toString() {
    return "REST";
  }
}
