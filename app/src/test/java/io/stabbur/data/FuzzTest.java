package io.stabbur.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.error.ApiException;
import io.stabbur.testing.Http;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/// Requests made from the grammar, and the same with characters changed. Whatever is asked, the
/// answer is one of the contract's, and no SQL of ours is ever wrong in its syntax.
///
/// The whole run: `mvn test -Dtest=FuzzTest -Dfuzz.requests=200000 -Dfuzz.seed=1`. The same seed
/// asks the same requests.
class FuzzTest {
  private static final int REQUESTS = Integer.getInteger("fuzz.requests", 3000);
  private static final long SEED = Long.getLong("fuzz.seed", 42L);
  private static final int WORKERS = 8;
  private static final Set<Integer> SERVER_ERRORS_OF_THE_CONTRACT = Set.of(503, 504);

  @Test
  void everyAnswerIsOneOfTheContract() throws InterruptedException, ExecutionException {
    System.out.println("fuzz: " + REQUESTS + " requests, seed " + SEED);
    DataServer.shared();
    var wrong = new ConcurrentLinkedQueue<String>();
    var asking = new ArrayList<Future<?>>();
    try (var workers = Executors.newFixedThreadPool(WORKERS)) {
      for (var worker = 0; worker < WORKERS; worker++) {
        var random = new Random(SEED + worker);
        asking.add(
            workers.submit(
                () ->
                    ask(new RequestMaker(random, RequestMaker.VALUES), REQUESTS / WORKERS, wrong)));
      }
      for (var each : asking) {
        each.get();
      }
    }
    assertThat(wrong).isEmpty();
  }

  /// The same request with other values is the same statement, or refused like the first.
  @Test
  void noStatementDependsOnAValue() {
    DataServer.shared();
    var one = new RequestMaker(new Random(SEED), RequestMaker.VALUES);
    var other = new RequestMaker(new Random(SEED), RequestMaker.OTHER_VALUES);
    int written = 0;
    for (var i = 0; i < REQUESTS; i++) {
      var text = text(one.unchanged());
      var twin = other.unchanged();
      assertThat(text(twin)).as(twin.toString()).isEqualTo(text);
      written += text.startsWith("refused") ? 0 : 1;
    }
    assertThat(written).isGreaterThan(REQUESTS / 10);
  }

  private static String text(Asked asked) {
    try {
      return StatementShapeTest.write(asked.method(), asked.target(), asked.body()).sql();
    } catch (ApiException e) {
      return "refused: " + e.error().getClass().getSimpleName();
    }
  }

  private static void ask(RequestMaker maker, int times, ConcurrentLinkedQueue<String> wrong) {
    for (var i = 0; i < times; i++) {
      var asked = maker.next();
      if (!asked.canBeSent()) {
        continue;
      }
      var answer =
          Http.send(
              asked.method(),
              DataServer.rest() + asked.target(),
              asked.body(),
              "apikey",
              DataServer.anonKey(),
              "Prefer",
              "tx=rollback",
              "Accept",
              asked.accept());
      if (isWrong(asked, answer)) {
        wrong.add(asked + " -> " + answer.statusCode() + " " + answer.body());
      }
    }
  }

  /// A search may be a wrong tsquery, which Postgres calls a syntax error too.
  private static boolean isWrong(Asked asked, HttpResponse<String> answer) {
    var code = answer.headers().firstValue("Proxy-Status").orElse("");
    return (answer.statusCode() >= 500
            && !SERVER_ERRORS_OF_THE_CONTRACT.contains(answer.statusCode()))
        || (code.endsWith("42601") && !asked.target().contains("fts"))
        || code.endsWith("PGRSTX00");
  }

  /// A request as it will be sent.
  record Asked(String method, String target, String body, String accept) {
    /// A changed request may be no URL any more; a client's library would not send that.
    boolean canBeSent() {
      try {
        return !URI.create("http://host" + target).getPath().isEmpty();
      } catch (IllegalArgumentException _) {
        return false;
      }
    }
  }

  /// Makes requests: two of three follow the grammar, the third has some characters changed.
  static final class RequestMaker {
    private static final List<String> RELATIONS =
        List.of(
            "books",
            "authors",
            "labels",
            "book_labels",
            "covers",
            "shelves",
            "long_books",
            "notes",
            "bokos");
    private static final List<String> COLUMNS =
        List.of(
            "id",
            "title",
            "name",
            "pages",
            "price",
            "binding",
            "words",
            "facts",
            "facts->>year",
            "facts->tags->0",
            "printed",
            "shout",
            "author_id",
            "word",
            "born",
            "x y");
    private static final List<String> OPERATORS =
        List.of(
            "eq",
            "neq",
            "gt",
            "gte",
            "lt",
            "lte",
            "like",
            "ilike",
            "match",
            "imatch",
            "in",
            "is",
            "cs",
            "cd",
            "ov",
            "sl",
            "sr",
            "nxr",
            "nxl",
            "adj",
            "fts",
            "plfts(english)",
            "wfts",
            "isdistinct",
            "eq(any)",
            "like(all)",
            "not.eq",
            "not.in",
            "not.is",
            "foo");
    private static final List<String> VALUES =
        List.of(
            "1",
            "-7",
            "abc",
            "null",
            "true",
            "(1,2)",
            "(a,\"b,c\")",
            "{1,2}",
            "{\"a\":1}",
            "[1,2)",
            "*a*",
            "2020-01-01",
            "",
            "'",
            "\"",
            "\\",
            "%",
            "ø",
            "\u0001",
            "99999999999999999999",
            "unknown");
    private static final List<String> EMBEDS =
        List.of(
            "authors!author_id(name)",
            "labels(*)",
            "books(id,title)",
            "covers(colour)",
            "shelves(*)",
            "above_id(name)",
            "...authors!author_id(name)",
            "...labels(word)",
            "labels!inner(word)",
            "books!author_id()",
            "authors(*)",
            "book_labels(books(title,covers(*)))");
    private static final List<String> ACCEPTS =
        List.of(
            "*/*",
            "application/json",
            "text/csv",
            "application/vnd.pgrst.object+json",
            "application/vnd.pgrst.array+json;nulls=stripped",
            "application/geo+json",
            "image/png");
    private static final String NOISE = "()[]{},.:;!*'\"\\->&|%+ \t0aø";

    /// Values of the same kinds in the same order; words of the grammar stay.
    private static final List<String> OTHER_VALUES =
        List.of(
            "2",
            "-800",
            "xyz'; drop table x; --",
            "null",
            "true",
            "(3,4)",
            "(x,\"y,z\")",
            "{3,4}",
            "{\"b\":2}",
            "[5,9)",
            "*zz*",
            "1999-12-31",
            "",
            "$1",
            "\"",
            "\\",
            "?",
            "ø' or true",
            "\u0002",
            "1e400",
            "unknown");

    private final Random random;
    private final List<String> values;

    RequestMaker(Random random, List<String> values) {
      this.random = random;
      this.values = values;
    }

    Asked next() {
      var query = query();
      return asked(random.nextInt(3) == 0 ? mutated(query) : query);
    }

    /// One that follows the grammar.
    Asked unchanged() {
      return asked(query());
    }

    private Asked asked(String query) {
      var relation =
          random.nextInt(8) == 0
              ? "rpc/" + one(List.of("add", "books_of", "joined", "who"))
              : one(RELATIONS);
      var method =
          one(List.of("GET", "GET", "GET", "GET", "HEAD", "POST", "PATCH", "DELETE", "PUT"));
      var body =
          method.equals("POST") || method.equals("PATCH") || method.equals("PUT") ? body() : "";
      return new Asked(
          method, "/" + relation + (query.isEmpty() ? "" : "?" + query), body, one(ACCEPTS));
    }

    private String query() {
      var text = new StringBuilder();
      if (random.nextBoolean()) {
        add(text, "select", select());
      }
      for (var i = random.nextInt(3); i > 0; i--) {
        add(text, one(COLUMNS), filter());
      }
      if (random.nextInt(4) == 0) {
        add(text, one(List.of("or", "and", "not.or", "books.or")), tree(2));
      }
      if (random.nextInt(3) == 0) {
        add(
            text,
            "order",
            one(COLUMNS) + one(List.of("", ".desc", ".asc.nullslast", ".up", ".desc.nullsfirst")));
      }
      if (random.nextInt(3) == 0) {
        add(
            text,
            one(List.of("limit", "offset", "books.limit")),
            one(List.of("0", "1", "3", "-1", "x", "9999999999")));
      }
      if (random.nextInt(10) == 0) {
        add(
            text,
            one(List.of("columns", "on_conflict", "a", "author", "words")),
            one(List.of("id", "id,word", "1", "")));
      }
      return text.toString();
    }

    private static void add(StringBuilder text, String key, String value) {
      text.append(text.isEmpty() ? "" : "&")
          .append(URLEncoder.encode(key, StandardCharsets.UTF_8))
          .append('=')
          .append(URLEncoder.encode(value, StandardCharsets.UTF_8));
    }

    private String select() {
      var text = new StringBuilder();
      for (var i = random.nextInt(4); i >= 0; i--) {
        text.append(text.isEmpty() ? "" : ",");
        text.append(
            switch (random.nextInt(6)) {
              case 0 -> "*";
              case 1 -> one(EMBEDS);
              case 2 -> "a:" + one(COLUMNS);
              case 3 ->
                  one(COLUMNS)
                      + "::"
                      + one(List.of("text", "int", "nonsense", "character varying"));
              case 4 -> one(COLUMNS) + ".sum()";
              default -> one(COLUMNS);
            });
      }
      return text.toString();
    }

    private String filter() {
      return one(OPERATORS) + "." + one(values);
    }

    private String tree(int depth) {
      var text = new StringBuilder("(");
      for (var i = random.nextInt(3); i >= 0; i--) {
        text.append(text.length() > 1 ? "," : "");
        text.append(
            depth > 0 && random.nextInt(3) == 0
                ? one(List.of("and", "or", "not.and")) + tree(depth - 1)
                : one(COLUMNS) + "." + filter());
      }
      return text.append(')').toString();
    }

    private String body() {
      return one(
          List.of(
              "{}",
              "[]",
              "[{},{}]",
              "{\"id\":1}",
              "[{\"id\":1},{\"id\":2}]",
              "{\"id\":\"x\",\"word\":null}",
              "{\"title\":\"t\",\"pages\":1.5}",
              "{\"id\":",
              "null",
              "5",
              "[1]",
              "{\"a\":1,\"b\":2}",
              "{\"words\":[\"a\"]}",
              "{\"id\":900,\"word\":\"w\"}",
              "{\"x y\":1}"));
    }

    private String mutated(String query) {
      var text = new StringBuilder(query);
      for (var i = random.nextInt(4); i >= 0 && !text.isEmpty(); i--) {
        var at = random.nextInt(text.length());
        var noise =
            URLEncoder.encode(
                String.valueOf(NOISE.charAt(random.nextInt(NOISE.length()))),
                StandardCharsets.UTF_8);
        switch (random.nextInt(3)) {
          case 0 -> text.insert(at, noise);
          case 1 -> text.insert(text.length(), noise);
          default -> cut(text, at);
        }
      }
      return text.toString();
    }

    /// Takes a character away, and never half of an escape.
    private static void cut(StringBuilder text, int at) {
      var escaped =
          (at > 0 && text.charAt(at - 1) == '%') || (at > 1 && text.charAt(at - 2) == '%');
      if (!escaped && text.charAt(at) != '%') {
        text.deleteCharAt(at);
      }
    }

    private <T> T one(List<T> list) {
      return list.get(random.nextInt(list.size()));
    }
  }
}
