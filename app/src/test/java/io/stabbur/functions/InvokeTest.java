package io.stabbur.functions;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.json.Json;
import io.stabbur.testing.AtExit;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Calls of functions that a development server finds in its folder.
class InvokeTest {
  private static final String ECHO =
      """
      Deno.serve(async (request) => {
        const url = new URL(request.url);
        return Response.json({
          method: request.method, href: url.href, path: url.pathname, query: url.search,
          apikey: request.headers.get("apikey"), body: await request.text(),
        }, { headers: { "x-own": "1" } });
      });
      """;
  private static final FunctionFolder FOLDER =
      FunctionFolder.create()
          .function("echo", ECHO)
          .function("guarded", ECHO)
          .function("exported", "export default { fetch: () => new Response('exported ' + 1) };")
          .function("broken", "Deno.serve(() => {")
          .function("throws", "Deno.serve(() => { throw new Error('secret detail'); });")
          .function("off", ECHO)
          .function(
              "mail",
              """
              Deno.serve(async () => {
                const tries = [];
                for (const port of [25, 587, 26]) {
                  try {
                    (await Deno.connect({ hostname: "127.0.0.1", port })).close();
                    tries.push("open");
                  } catch (error) {
                    tries.push(error.name);
                  }
                }
                return Response.json({ tries: tries.join(), execution: Deno.env.get("SB_EXECUTION_ID"),
                  deployment: Deno.env.get("DENO_DEPLOYMENT_ID") });
              });
              """)
          .function(
              "page",
              """
              Deno.serve((request) => new Response(
                `<script>top.console</script>${request.headers.get("cookie")}`,
                { headers: [["content-type", "text/html"], ["set-cookie", "stabbur_session=mine; Path=/"],
                  ["set-cookie", "other=1"]] }));
              """)
          .function(
              "cors",
              """
              Deno.serve((request) => new Response("ok", { headers: {
                "Access-Control-Allow-Origin": "https://app.example.org",
                "Access-Control-Allow-Headers": "x-mine, authorization" } }));
              """)
          .file(
              "../config.toml",
              """
              project_id = "tests"
              [functions.echo]
              verify_jwt = false
              [functions.exported]
              verify_jwt = false
              [functions.broken]
              verify_jwt = false
              [functions.throws]
              verify_jwt = false
              [functions.page]
              verify_jwt = false
              [functions.mail]
              verify_jwt = false
              [functions.off]
              enabled = false
              """);
  private static TestServer server;

  @BeforeAll
  static void serve() {
    server = AtExit.close(FOLDER.serve());
  }

  private static String url(String path) {
    return server.url() + "/functions/v1/" + path;
  }

  private static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  @Test
  void theExecutionIsNamedAndThePortsOfMailAreClosed() {
    var answer = Http.get(url("mail"));
    assertThat(text(json(answer), "tries")).startsWith("NotCapable,NotCapable,");
    assertThat(text(json(answer), "tries")).isNotEqualTo("NotCapable,NotCapable,NotCapable");
    assertThat(text(json(answer), "execution"))
        .isNotBlank()
        .isEqualTo(header(answer, "x-deno-execution-id"));
    assertThat(text(json(Http.get(url("mail"))), "execution"))
        .isNotEqualTo(text(json(answer), "execution"));
    assertThat(text(json(answer), "deployment")).isNotBlank();
  }

  private static JsonNode json(HttpResponse<String> response) {
    return Json.parse(response.body());
  }

  private static String text(JsonNode object, String name) {
    return Objects.requireNonNull(object.get(name), name).getStringValue();
  }

  @Test
  void pathQueryAndBodyReachTheFunctionAsTheyAre() {
    var response = Http.post(url("echo/a%20b/c?x=1&y=%2F"), "hello", "apikey", "mine");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(header(response, "x-own")).isEqualTo("1");
    var seen = json(response);
    assertThat(text(seen, "path")).isEqualTo("/echo/a%20b/c");
    assertThat(text(seen, "query")).isEqualTo("?x=1&y=%2F");
    assertThat(text(seen, "body")).isEqualTo("hello");
    assertThat(text(seen, "apikey")).isEqualTo("mine");
    assertThat(text(seen, "href")).startsWith("http://127.0.0.1:");
  }

  /// The console has the same address: its cookies are no function's, and a page of a function is
  /// none of this address.
  @Test
  void functionsAreKeptApartFromTheConsole() {
    var answer =
        Http.get(url("page"), "Cookie", "theirs=1; stabbur_session=secret; stabbur_form=x; more=2");

    assertThat(answer.body()).endsWith("theirs=1; more=2");
    assertThat(header(answer, "Content-Security-Policy"))
        .startsWith("sandbox ")
        .doesNotContain("same-origin");
    assertThat(answer.headers().allValues("Set-Cookie")).containsExactly("other=1");
    assertThat(Http.get(url("page"), "Cookie", "stabbur_session=secret").body()).endsWith("null");
    assertThat(header(Http.get(url("echo")), "Content-Security-Policy")).isEmpty();
  }

  @Test
  void everyMethodIsPassedOn() {
    for (var method : new String[] {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}) {
      var response = Http.send(method, url("echo"), null);
      assertThat(text(json(response), "method")).isEqualTo(method);
    }
    assertThat(Http.send("HEAD", url("echo"), null).statusCode()).isEqualTo(200);
  }

  @Test
  void anExportedFetchIsServed() {
    assertThat(Http.get(url("exported")).body()).isEqualTo("exported 1");
  }

  @Test
  void withoutATokenAGuardedFunctionIsNotCalled() {
    var key = server.project().keys().publishableKey().reveal();
    for (var response :
        new HttpResponse<?>[] {
          Http.post(url("guarded"), "", "Origin", "https://app.example.org"),
          Http.post(url("guarded"), "", "apikey", key)
        }) {
      assertThat(response.statusCode()).isEqualTo(401);
      assertThat(header(response, "sb-error-code")).isEqualTo("UNAUTHORIZED_NO_AUTH_HEADER");
      assertThat(header(response, "access-control-allow-origin")).isEqualTo("*");
      assertThat(header(response, "access-control-expose-headers")).contains("sb-error-code");
      assertThat(header(response, "content-type")).startsWith("application/json");
    }
  }

  @Test
  void anOpaqueKeyIsNoToken() {
    var key = server.project().keys().publishableKey().reveal();
    var response = Http.post(url("guarded"), "", "Authorization", "Bearer " + key);

    assertThat(response.statusCode()).isEqualTo(401);
    assertThat(text(json(response), "code")).isEqualTo("UNAUTHORIZED_INVALID_JWT_FORMAT");
  }

  @Test
  void aKeyOfTheOlderFormIsAToken() {
    olderKeysAreTokens();
  }

  private static void olderKeysAreTokens() {
    var key = server.project().keys().anonKey().reveal();
    for (var headers :
        new String[][] {
          {"Authorization", "Bearer " + key}, {"Authorization", "Bearer " + key, "apikey", key}
        }) {
      assertThat(Http.post(url("guarded"), "", headers).statusCode()).isEqualTo(200);
    }
    var forged = key.substring(0, key.length() - 4) + "AAAA";
    var refused = Http.post(url("guarded"), "", "Authorization", "Bearer " + forged);
    assertThat(header(refused, "sb-error-code")).isEqualTo("UNAUTHORIZED_LEGACY_JWT");
  }

  @Test
  void tokensOfBothKindsAreTakenAndForgedOnesAreNot() {
    var keys = server.project().keys();
    var user =
        Json.parse(
            Http.post(
                    server.url() + "/auth/v1/signup",
                    "{\"email\": \"f%d@functions.example\", \"password\": \"en lang nok passfrase 42\"}"
                        .formatted(System.nanoTime()),
                    "apikey",
                    keys.publishableKey().reveal(),
                    "Content-Type",
                    "application/json")
                .body());
    var token = text(user, "access_token");
    assertThat(Http.post(url("guarded"), "", "Authorization", "Bearer " + token).statusCode())
        .isEqualTo(200);
    var parts = token.split("\\.", -1);
    var otherKey =
        java.util.Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(
                "{\"alg\":\"ES256\",\"kid\":\"nobody\"}".getBytes(StandardCharsets.UTF_8));
    var unsigned =
        java.util.Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString("{\"alg\":\"none\"}".getBytes(StandardCharsets.UTF_8));
    refused(otherKey + "." + parts[1] + "." + parts[2], "UNAUTHORIZED_ASYMMETRIC_JWT");
    refused(unsigned + "." + parts[1] + ".", "UNAUTHORIZED_UNSUPPORTED_TOKEN_ALGORITHM");
    refused("no.token.here", "UNAUTHORIZED_INVALID_JWT_FORMAT");
    refused("", "UNAUTHORIZED_INVALID_JWT_FORMAT");
  }

  /// Keys beside those that sign: tokens of all of them are good while they last.
  @Test
  void tokensOfAnRsaKeyAreTakenByItsId() throws Exception {
    var own = new RSAKeyGenerator(2048).keyID("rsa-of-functions").generate();
    var service = server.project().keys().serviceRoleKey().reveal();
    var imported =
        Http.post(
            server.url() + "/auth/v1/admin/signing-keys/import",
            "{\"keys\": [" + own.toJSONString() + "]}",
            "apikey",
            service,
            "Authorization",
            "Bearer " + service,
            "Content-Type",
            "application/json");
    assertThat(imported.statusCode()).as(imported.body()).isEqualTo(200);

    var token = signed(own, "rsa-of-functions");
    assertThat(Http.post(url("guarded"), "", "Authorization", "Bearer " + token).statusCode())
        .isEqualTo(200);
    olderKeysAreTokens();
    refused(signed(own, "nobody"), "UNAUTHORIZED_ASYMMETRIC_JWT");
    var other = new RSAKeyGenerator(2048).keyID("rsa-of-functions").generate();
    refused(signed(other, "rsa-of-functions"), "UNAUTHORIZED_ASYMMETRIC_JWT");
  }

  private static String signed(RSAKey key, String kid) throws JOSEException {
    var claims =
        new JWTClaimsSet.Builder()
            .subject("8a7c3c9e-0f0d-4c0e-9f2b-5a5f2d8f7a11")
            .audience("authenticated")
            .claim("role", "authenticated")
            .expirationTime(Date.from(Instant.now().plusSeconds(600)))
            .build();
    var token = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(kid).build(), claims);
    token.sign(new RSASSASigner(key));
    return token.serialize();
  }

  private static void refused(String token, String code) {
    var response = Http.post(url("guarded"), "", "Authorization", "Bearer " + token);
    assertThat(response.statusCode()).as(token).isEqualTo(401);
    assertThat(header(response, "sb-error-code")).isEqualTo(code);
  }

  @Test
  void aPreflightGoesToTheFunctionWithoutAToken() {
    var response =
        Http.send(
            "OPTIONS",
            url("cors"),
            null,
            "Origin",
            "https://app.example.org",
            "Access-Control-Request-Method",
            "POST");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().allValues("access-control-allow-origin"))
        .containsExactly("https://app.example.org");
    assertThat(response.headers().allValues("access-control-allow-headers"))
        .containsExactly("x-mine, authorization");
    assertThat(response.headers().map()).doesNotContainKey("access-control-allow-methods");
  }

  @Test
  void anUnknownFunctionIs404() {
    for (var name : new String[] {"nobody", "off", "..%2Fecho", "_shared"}) {
      var response = Http.post(url(name), "");
      assertThat(response.statusCode()).as(name).isEqualTo(404);
      assertThat(text(json(response), "code")).isEqualTo("NOT_FOUND");
    }
  }

  @Test
  void codeThatCannotBeLoadedIs503() {
    var response = Http.post(url("broken"), "");

    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(header(response, "sb-error-code")).isEqualTo("BOOT_ERROR");
    assertThat(header(response, "x-relay-error")).isEqualTo("true");
  }

  @Test
  void whatAHandlerThrowsStaysInside() {
    var response = Http.post(url("throws"), "");

    assertThat(response.statusCode()).isEqualTo(500);
    assertThat(response.body()).isEqualTo("Internal Server Error");
    assertThat(header(response, "sb-error-code")).isEqualTo("EDGE_FUNCTION_ERROR");
  }

  @Test
  void aChangedFileCountsAtOnce() throws InterruptedException {
    FOLDER
        .file(
            "../config.toml",
            """
            [functions.page]
            verify_jwt = false
            [functions.echo]
            verify_jwt = false
            [functions.exported]
            verify_jwt = false
            [functions.broken]
            verify_jwt = false
            [functions.throws]
            verify_jwt = false
            [functions.off]
            enabled = false
            [functions.changing]
            verify_jwt = false
            """)
        .function("changing", "Deno.serve(() => new Response('one'));");
    assertThat(Http.get(url("changing")).body()).isEqualTo("one");
    FOLDER.function("changing", "Deno.serve(() => new Response('two, longer'));");
    Thread.sleep(600);
    assertThat(Http.get(url("changing")).body()).isEqualTo("two, longer");
  }
}
