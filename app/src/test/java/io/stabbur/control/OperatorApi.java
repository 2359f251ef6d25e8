package io.stabbur.control;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.control.operator.MachineToken;
import io.stabbur.platform.crypto.Totp;
import io.stabbur.platform.json.Json;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The operators' API of a running server.
public record OperatorApi(TestServer server) {
  public static final String PASSWORD = "a password of some length";
  private static final String OPERATORS = "/admin/v1/operators";

  /// An operator with a second factor.
  public record Account(String id, String email, String secret) {
    /// A code that was not used yet, where `back` differs from call to call: -30, 0 or 30 seconds.
    public String code(int back) {
      return Totp.of(secret).code(Instant.now().plusSeconds(back));
    }
  }

  public HttpResponse<String> send(
      String method, String path, @Nullable String body, String... headers) {
    var all = new ArrayList<>(List.of(headers));
    all.addAll(List.of("Content-Type", "application/json"));
    return Http.send(method, server.url() + path, body, all.toArray(String[]::new));
  }

  /// As the command on the server's machine, which is an owner.
  public HttpResponse<String> command(String method, String path, @Nullable String body) {
    return send(
        method,
        path,
        body,
        "Authorization",
        "Bearer " + server.bean(MachineToken.class).text().reveal());
  }

  public HttpResponse<String> bearer(
      String token, String method, String path, @Nullable String body) {
    return send(method, path, body, "Authorization", "Bearer " + token);
  }

  public HttpResponse<String> signIn(String email, String password, String code) {
    return send(
        "POST",
        OPERATORS + "/session",
        "{\"email\":\"%s\",\"password\":\"%s\",\"code\":\"%s\"}".formatted(email, password, code));
  }

  /// Makes an operator who has enrolled a second factor, with a code of half a minute ago.
  public Account account(String email, String role) {
    var made =
        command(
            "POST",
            OPERATORS,
            "{\"email\":\"%s\",\"role\":\"%s\",\"password\":\"%s\"}"
                .formatted(email, role, PASSWORD));
    var session = text(signIn(email, PASSWORD, ""), "access_token");
    var secret = text(bearer(session, "POST", OPERATORS + "/me/factor", "{}"), "secret");
    var account = new Account(text(made, "id"), email, secret);
    var confirmed = confirm(session, account);
    if (confirmed.statusCode() != 204) {
      // the next half minute may have begun before the code came
      confirmed = confirm(session, account);
    }
    if (confirmed.statusCode() != 204) {
      throw new AssertionError(confirmed.body());
    }
    return account;
  }

  private HttpResponse<String> confirm(String session, Account account) {
    return bearer(
        session,
        "POST",
        OPERATORS + "/me/factor/confirm",
        "{\"code\":\"%s\"}".formatted(account.code(-30)));
  }

  /// A token of an operator for programs.
  public String token(String email, String role) {
    var account = account(email, role);
    var session = text(signIn(email, PASSWORD, account.code(0)), "access_token");
    return text(
        send(
            "POST",
            OPERATORS + "/me/tokens",
            "{\"name\":\"a program\",\"password\":\"%s\"}".formatted(PASSWORD),
            "Authorization",
            "Bearer " + session,
            "X-Stabbur-Code",
            account.code(30)),
        "token");
  }

  public static String text(HttpResponse<String> answer, String field) {
    return text(Json.parse(answer.body()), field);
  }

  public static String text(JsonNode object, String field) {
    return Objects.requireNonNull(object.get(field), () -> field + " in " + Json.write(object))
        .getStringValue();
  }
}
