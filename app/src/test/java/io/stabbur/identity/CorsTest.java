package io.stabbur.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpRequest;
import io.stabbur.platform.http.ReadableHeaders;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What browsers are told of other origins.
class CorsTest {
  private static final String APP = "https://app.example.org";
  private static final String ORIGIN = "Access-Control-Allow-Origin";
  private static final String CREDENTIALS = "Access-Control-Allow-Credentials";
  private static final String READABLE = "Access-Control-Expose-Headers";

  private final Cors open = cors();
  private final Cors listed = cors(APP, "http://localhost:3000");

  private static Cors cors(String... origins) {
    return new Cors(
        new GatewaySettings(true, 1, "anon", List.of(origins), true, null, "$.role", false, false),
        List.of(new Api("/rest/v1", "Content-Range, Location")));
  }

  private record Api(String prefix, String names) implements ReadableHeaders {}

  private static MutableHttpRequest<?> request(
      HttpMethod method, @Nullable String origin, @Nullable String wanted) {
    var request = HttpRequest.create(method, "/auth/v1/user");
    if (origin != null) {
      request.header("Origin", origin);
    }
    if (wanted != null) {
      request.header("Access-Control-Request-Method", wanted);
    }
    return request;
  }

  private static MutableHttpRequest<?> preflight(String origin) {
    return request(HttpMethod.OPTIONS, origin, "POST");
  }

  @Test
  void aPreflightIsAnOptionsRequestOfAnotherOriginThatNamesAMethod() {
    assertThat(Cors.isPreflight(preflight(APP))).isTrue();
    assertThat(Cors.isPreflight(request(HttpMethod.OPTIONS, APP, null))).isFalse();
    assertThat(Cors.isPreflight(request(HttpMethod.OPTIONS, null, "POST"))).isFalse();
    assertThat(Cors.isPreflight(request(HttpMethod.GET, APP, "POST"))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {APP, "null", "https://other.example.com", "app://x"})
  void withoutAListAnyOriginIsLetInWithoutCredentials(String origin) {
    var headers = open.preflight(preflight(origin)).getHeaders();

    assertThat(headers.get(ORIGIN)).isEqualTo("*");
    assertThat(headers.get(CREDENTIALS)).isNull();
    assertThat(headers.get("Access-Control-Allow-Methods")).contains("PATCH").contains("DELETE");
    assertThat(headers.get("Access-Control-Max-Age")).isEqualTo("86400");
  }

  @ParameterizedTest
  @ValueSource(strings = {APP, "http://localhost:3000"})
  void aListedOriginIsLetInByItsName(String origin) {
    var headers = listed.preflight(preflight(origin)).getHeaders();

    assertThat(headers.get(ORIGIN)).isEqualTo(origin);
    assertThat(headers.get(CREDENTIALS)).isEqualTo("true");
    assertThat(headers.get("Vary")).isEqualTo("Origin");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://app.example.org.evil.example",
        "https://evil.example/https://app.example.org",
        "http://app.example.org",
        "https://app.example.org:8443",
        "https://app.example.org/",
        "https://APP.example.org",
        "https://x.app.example.org",
        "http://localhost",
        "null",
        "*",
        ""
      })
  void anyOtherOriginIsToldNothing(String origin) {
    var headers = listed.preflight(preflight(origin)).getHeaders();

    assertThat(headers.names()).noneMatch(name -> name.startsWith("Access-Control-"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "apikey | Authorization, apikey, Accept, Accept-Language, Content-Language",
        "apikey,x-upsert | Authorization, apikey, x-upsert, Accept, Accept-Language,"
            + " Content-Language",
        "apikey,   x-upsert | Authorization, apikey, x-upsert, Accept, Accept-Language,"
            + " Content-Language"
      })
  void theHeadersThatAScriptWantsToSendAreAllowed(String wanted, String allowed) {
    var request = preflight(APP).header("Access-Control-Request-Headers", wanted);

    assertThat(open.preflight(request).getHeaders().get("Access-Control-Allow-Headers"))
        .isEqualTo(allowed);
  }

  @Test
  void whoWantsToSendNoneIsToldOfNone() {
    assertThat(open.preflight(preflight(APP)).getHeaders().contains("Access-Control-Allow-Headers"))
        .isFalse();
  }

  @Test
  void aPlainAnswerSaysWhatAScriptMayRead() {
    var response = HttpResponse.ok();

    open.expose(request(HttpMethod.GET, APP, null), response);

    assertThat(response.getHeaders().get(ORIGIN)).isEqualTo("*");
    assertThat(response.getHeaders().get(READABLE))
        .contains("X-Supabase-Api-Version")
        .doesNotContain("X-Stabbur-Position");
  }

  @Test
  void anApiMayHaveItsOwnReadableHeaders() {
    var response = HttpResponse.ok();

    open.expose(HttpRequest.GET("/rest/v1/books").header("Origin", APP), response);

    assertThat(response.getHeaders().get(READABLE)).isEqualTo("Content-Range, Location");
  }

  @Test
  void whereTheAnswerHasAPositionItMayBeRead() {
    var response = HttpResponse.ok().header("X-Stabbur-Position", "0/1");

    open.expose(HttpRequest.GET("/rest/v1/books").header("Origin", APP), response);

    assertThat(response.getHeaders().get(READABLE))
        .isEqualTo("Content-Range, Location, X-Stabbur-Position, X-Stabbur-Server");
  }

  @Test
  void aRequestOfNoOtherOriginIsToldNothing() {
    for (var cors : List.of(open, listed)) {
      var response = HttpResponse.ok();
      cors.expose(request(HttpMethod.GET, null, null), response);

      assertThat(response.getHeaders().names()).isEmpty();
    }
  }

  @Test
  void anOriginThatIsNotListedMayReadNothing() {
    var response = HttpResponse.ok();

    listed.expose(request(HttpMethod.GET, "https://other.example.com", null), response);

    assertThat(response.getHeaders().names()).isEmpty();
  }

  @Test
  void aPreflightIsNoPlainAnswer() {
    var response = HttpResponse.ok();

    open.expose(preflight(APP), response);

    assertThat(response.getHeaders().names()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | /storage/v1/object/a/b | /*",
        "1 | /storage/v1/object/a/b | /storage/*",
        "3 | /storage/v1/object/a/b | /storage/v1/object/*",
        "5 | /storage/v1/object/a/b | /storage/v1/object/a/b",
        "9 | /storage/v1/object/a/b | /storage/v1/object/a/b",
        "2 | /storage/v1 | /storage/v1",
        "2 | /storage/v1/ | /storage/v1/*",
        "2 | /storage//v1/x | /storage//*"
      })
  void theLogShowsTheFirstSegmentsOfAPath(int segments, String path, String logged) {
    assertThat(RouteRule.under("/storage/v1").logging(segments).logged(path)).isEqualTo(logged);
  }
}
