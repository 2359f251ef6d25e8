package io.stabbur.data.reply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.stabbur.data.error.DataError;
import io.stabbur.data.error.DataError.RangeProblem;
import io.stabbur.data.plan.DataPlan;
import io.stabbur.data.plan.Library;
import io.stabbur.data.plan.Planner;
import io.stabbur.data.reply.Reply.Body;
import io.stabbur.data.reply.Reply.Header;
import io.stabbur.data.request.Incoming;
import io.stabbur.platform.error.ApiException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Status and headers of what the database answered.
class ReplyWriterTest {
  private static final byte[] ROWS = "[]".getBytes(StandardCharsets.UTF_8);
  private static final ReplyWriter WRITER =
      new ReplyWriter(error -> error.toString().getBytes(StandardCharsets.UTF_8));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "/books | 3 | - | 200 | 0-2/*",
        "/books | 0 | - | 200 | */*",
        "/books | 3 | 3 | 200 | 0-2/3",
        "/books | 0 | 0 | 200 | */0",
        "/books?limit=2 | 2 | 3 | 206 | 0-1/3",
        "/books?limit=2&offset=2 | 1 | 3 | 206 | 2-2/3",
        "/books?offset=3 | 0 | 3 | 206 | */3",
        "/books?offset=4 | 0 | 3 | 416 | */3",
        "/books?offset=4 | 0 | - | 200 | */*"
      })
  void thePageSaysWhichRowsItHas(
      String target, long page, @Nullable Long total, int status, String range) {
    var reply = get(target, outcome(total, page));

    assertThat(reply.status()).isEqualTo(status);
    assertThat(header(reply, "Content-Range")).isEqualTo(range);
  }

  @Test
  void aPageBeyondTheRowsIsAnError() {
    var reply = get("/books?offset=4", outcome(3L, 0));

    assertThat(reply.body())
        .isInstanceOfSatisfying(
            Body.Bytes.class,
            body ->
                assertThat(new String(body.bytes(), StandardCharsets.UTF_8))
                    .isEqualTo(
                        new DataError.RangeUnsatisfiable(new RangeProblem.OutOfBounds(4, 3))
                            .toString()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/books | /books",
        "/books?select=id&id=eq.1 | /books?id=eq.1&select=id",
        "/books?id=in.(1,2)&select=id | /books?id=in.%281%2C2%29&select=id"
      })
  void theLocationIsCanonical(String target, String location) {
    assertThat(header(get(target, outcome(null, 0)), "Content-Location")).isEqualTo(location);
  }

  @Test
  void headersAloneHaveNoBody() {
    var reply = reply("HEAD", "/books", "", outcome(null, 2));

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.body()).isEqualTo(new Body.None());
    assertThat(header(reply, "Content-Range")).isEqualTo("0-1/*");
  }

  @Test
  void anAliasThatWasNotUsedIsWarnedOf() {
    var reply = get("/books?select=writer:authors(name)&authors.name=eq.x", outcome(null, 0));

    assertThat(header(reply, "Warning"))
        .startsWith("299 PostgRESTv")
        .contains("Update `authors` to `writer` in query string filters, orders or limits.");
    assertThat(get("/books", outcome(null, 0)).has("Warning")).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "POST | /books | return=minimal | 201 | */* | return=minimal",
        "POST | /books | return=headers-only | 201 | */* | return=headers-only",
        "POST | /books | return=representation | 201 | */* | return=representation",
        "POST | /books | count=exact | 201 | */1 | count=exact",
        "POST | /books | resolution=ignore-duplicates | 201 | */* | resolution=ignore-duplicates",
        "POST | /books | resolution=merge-duplicates | 200 | */* | resolution=merge-duplicates",
        "POST | /books | missing=default | 201 | */* | missing=default",
        "POST | /books | max-affected=1, handling=strict | 201 | */* | handling=strict",
        "POST | /letters | resolution=merge-duplicates | 200 | */* | -",
        "PATCH | /books?id=eq.1 | return=minimal | 204 | 0-0/* | return=minimal",
        "PATCH | /books?id=eq.1 | return=representation | 200 | 0-0/* | return=representation",
        "PATCH | /books?id=eq.1 | count=exact | 204 | 0-0/1 | count=exact",
        "PATCH | /books?id=eq.1 | max-affected=1, handling=strict | 204 | 0-0/* | handling=strict,"
            + " max-affected=1",
        "PATCH | /books?id=eq.1 | max-affected=1 | 204 | 0-0/* | -",
        "DELETE | /books?id=eq.1 | return=minimal | 204 | */* | return=minimal",
        "DELETE | /books?id=eq.1 | count=exact | 204 | */1 | count=exact",
        "PUT | /books?id=eq.1 | return=minimal | 204 | - | return=minimal",
        "PUT | /books?id=eq.1 | return=representation | 200 | - | return=representation",
        "GET | /books | count=exact, return=minimal | 200 | 0-0/* | count=exact",
        "GET | /books | timezone=Europe/Oslo | 200 | 0-0/* | timezone=Europe/Oslo",
        "GET | /books | tx=rollback, x=y | 200 | 0-0/* | -"
      })
  void aChangeAppliesWhatWasPreferred(
      String method,
      String target,
      String prefer,
      int status,
      @Nullable String range,
      @Nullable String applied) {
    var body = target.startsWith("/letters") ? "{\"sender\":1}" : "{\"id\":1}";
    var reply =
        reply(method, target, body, outcome(null, 1), new Incoming.Header("prefer", prefer));

    assertThat(reply.status()).isEqualTo(status);
    assertThat(header(reply, "Content-Range")).isEqualTo(range);
    assertThat(header(reply, "Preference-Applied")).isEqualTo(applied);
    assertThat(reply.body() instanceof Body.None).isEqualTo(status == 204);
  }

  @ParameterizedTest
  @CsvSource({"PUT, 0, 200", "PUT, 1, 201", "POST, 0, 200", "POST, 2, 201"})
  void mergingSaysWhetherRowsAreNew(String method, long inserted, int status) {
    var outcome = new Outcome(null, 1, new Body.Bytes(ROWS), null, null, List.of(), inserted);
    var target = method.equals("PUT") ? "/books?id=eq.1" : "/books";

    assertThat(
            reply(
                    method,
                    target,
                    "{\"id\":1}",
                    outcome,
                    new Incoming.Header(
                        "prefer", "resolution=merge-duplicates, return=representation"))
                .status())
        .isEqualTo(status);
  }

  @Test
  void theLocationOfARowIsItsKey() {
    var outcome =
        new Outcome(
            null,
            1,
            new Body.Bytes(ROWS),
            null,
            null,
            List.of("book=eq.1", "label=eq.a b&c"),
            null);

    assertThat(
            header(
                reply(
                    "POST",
                    "/books_labels",
                    "{\"book\":1}",
                    outcome,
                    new Incoming.Header("prefer", "return=headers-only")),
                "Location"))
        .isEqualTo("/books_labels?book=eq.1&label=eq.a%20b%26c");
  }

  // what SQL has set

  @ParameterizedTest
  @CsvSource({"201, 201", "418, 418", "404 not found, 404"})
  void sqlMaySetTheStatus(String setting, int status) {
    assertThat(get("/books", set(setting, null)).status()).isEqualTo(status);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", " 200", "-1", "2000"})
  void aStatusThatIsNoneIsAnError(String setting) {
    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(() -> get("/books", set(setting, null)))
        .satisfies(e -> assertThat(e.error()).isEqualTo(new DataError.StatusSetting()));
  }

  @Test
  void sqlMaySetHeaders() {
    var reply =
        get("/books", set(null, "[{\"Content-Type\":\"text/x\"},{\"X-A\":\"1\"},{\"x-a\":\"2\"}]"));

    assertThat(reply.headers())
        .contains(new Header("Content-Type", "text/x"))
        .endsWith(new Header("X-A", "1"), new Header("x-a", "2"));
    assertThat(reply.headers().stream().filter(h -> h.name().equals("Content-Type"))).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x",
        "{}",
        "[1]",
        "[{}]",
        "[{\"a\":\"1\",\"b\":\"2\"}]",
        "[{\"a\":1}]",
        "[{\"a\":null}]"
      })
  void headersThatAreNoneAreAnError(String setting) {
    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(() -> get("/books", set(null, setting)))
        .satisfies(e -> assertThat(e.error()).isEqualTo(new DataError.HeadersSetting()));
  }

  @Test
  void optionsAreAllowedEverywhere() {
    var reply = ReplyWriter.options(new DataPlan.Options("OPTIONS,GET"));

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.headers())
        .containsExactly(
            new Header("Access-Control-Allow-Origin", "*"), new Header("Allow", "OPTIONS,GET"));
  }

  private static Outcome outcome(@Nullable Long total, long page) {
    return new Outcome(total, page, new Body.Bytes(ROWS), null, null, List.of(), null);
  }

  private static Outcome set(@Nullable String status, @Nullable String headers) {
    return new Outcome(null, 0, new Body.Bytes(ROWS), headers, status, List.of(), null);
  }

  private static Reply get(String target, Outcome outcome) {
    return reply("GET", target, "", outcome);
  }

  private static Reply reply(
      String method, String target, String body, Outcome outcome, Incoming.Header... headers) {
    var request = Library.request(method, target, body, headers);
    var plan = new Planner(Library.RULES).plan(request, Library.catalog());
    return WRITER.write((DataPlan.Rows) plan, request, outcome);
  }

  private static @Nullable String header(Reply reply, String name) {
    var values =
        reply.headers().stream()
            .filter(header -> header.name().equals(name))
            .map(Header::value)
            .toArray(String[]::new);
    assertThat(Arrays.asList(values)).hasSizeLessThan(2);
    return values.length == 0 ? null : values[0];
  }
}
