package io.stabbur.console;

import io.stabbur.control.OperatorApi;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A browser without scripts: it keeps cookies, and sends forms with what their hidden fields hold.
public final class Browser {
  private static final Pattern CSRF = Pattern.compile("name=\"csrf\" value=\"([^\"]+)\"");
  private final TestServer server;
  private final Map<String, String> cookies = new LinkedHashMap<>();
  private String language = "en";
  private String csrf = "";
  private OperatorApi.@Nullable Account account;

  public Browser(TestServer server) {
    this.server = server;
  }

  /// One that a new operator of this role has signed in with.
  public static Browser of(TestServer server, String role) {
    Tries.forget(server);
    var email = role + "-" + UUID.randomUUID().toString().substring(0, 8) + "@example.org";
    var account = new OperatorApi(server).account(email, role);
    var browser = new Browser(server);
    browser.account = account;
    browser.get("/sign-in");
    var answer =
        browser.post(
            "/sign-in",
            Map.of("email", email, "password", OperatorApi.PASSWORD, "code", account.code(0)));
    if (answer.statusCode() != 303) {
      throw new AssertionError(answer.body());
    }
    browser.get("");
    return browser;
  }

  /// A code of the operator's that counts, as if those used so far were long ago.
  public String code() {
    var operator = Objects.requireNonNull(account);
    Tries.forgetCodes(server, operator.email());
    return operator.code(0);
  }

  /// The address of the operator who has signed in.
  public String email() {
    return Objects.requireNonNull(account).email();
  }

  public Browser reading(String wanted) {
    language = wanted;
    return this;
  }

  public Map<String, String> cookies() {
    return cookies;
  }

  public void forgetToken() {
    csrf = "";
  }

  /// A page below `/console`.
  public HttpResponse<String> get(String page) {
    return took(Http.get(address(page), headers()));
  }

  /// A form with the token of the last page.
  public HttpResponse<String> post(String page, Map<String, String> fields) {
    return took(Http.post(address(page), body(fields), formHeaders()));
  }

  /// The bytes that a form is answered with.
  public HttpResponse<byte[]> download(String page, Map<String, String> fields)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create(address(page)))
            .headers(formHeaders())
            .POST(BodyPublishers.ofString(body(fields)))
            .build();
    try (var client = HttpClient.newHttpClient()) {
      return client.send(request, BodyHandlers.ofByteArray());
    }
  }

  private String body(Map<String, String> fields) {
    var all = new LinkedHashMap<>(fields);
    if (!csrf.isEmpty()) {
      all.putIfAbsent("csrf", csrf);
    }
    return all.entrySet().stream()
        .map(
            field ->
                field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"));
  }

  private String[] formHeaders() {
    var headers = new ArrayList<>(List.of(headers()));
    headers.addAll(List.of("Content-Type", "application/x-www-form-urlencoded"));
    return headers.toArray(String[]::new);
  }

  private String address(String page) {
    return server.url() + "/console" + page;
  }

  private String[] headers() {
    var headers = new ArrayList<>(List.of("Accept-Language", language));
    if (!cookies.isEmpty()) {
      headers.addAll(
          List.of(
              "Cookie",
              cookies.entrySet().stream()
                  .map(each -> each.getKey() + "=" + each.getValue())
                  .collect(Collectors.joining("; "))));
    }
    return headers.toArray(String[]::new);
  }

  private HttpResponse<String> took(HttpResponse<String> answer) {
    for (var line : answer.headers().allValues("Set-Cookie")) {
      var pair = line.split(";", 2)[0].split("=", 2);
      if (pair[1].isEmpty()) {
        cookies.remove(pair[0]);
      } else {
        cookies.put(pair[0], pair[1]);
      }
    }
    var found = CSRF.matcher(answer.body());
    if (found.find()) {
      csrf = found.group(1);
    }
    return answer;
  }
}
