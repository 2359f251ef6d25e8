package io.stabbur.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.Statement;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("nightly")
class DemoTest {
  private static final TestServer SERVER = TestServer.start(Map.of());
  private static boolean missing;

  @BeforeAll
  static void load() {
    missing = Demo.load(URI.create(SERVER.url()), key());
  }

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  @Test
  void allOfItIsThere() {
    assertThat(missing).isTrue();
    assertThat(count("organizations")).isEqualTo(3);
    assertThat(count("memberships")).isEqualTo(200);
    assertThat(count("profiles")).isEqualTo(200);
    assertThat(count("activities")).isEqualTo(20_000);
    assertThat(count("expense_claims")).isEqualTo(500);
    assertThat(count("expense_claims?receipt_path=not.is.null")).isEqualTo(500);
  }

  @Test
  void loadingAgainAddsNothing() {
    assertThat(Demo.load(URI.create(SERVER.url()), key())).isFalse();
    assertThat(count("activities")).isEqualTo(20_000);
  }

  @Test
  void aMentorSignsInAndSeesTheirOwn() {
    var claim = DemoClaim.of(0);
    var token = signIn(DemoActivity.of(0).mentor());

    var claims = get("/rest/v1/expense_claims?select=id,receipt_path", token);
    var activities = get("/rest/v1/activities?select=summary&limit=1", token);

    assertThat(claims).contains(claim.id().toString(), claim.receiptPath());
    assertThat(activities).contains("summary").doesNotContain("pd1.");
  }

  @Test
  void everyReceiptIsTheObjectItsClaimNames() {
    var sql =
        "select count(*) from storage.objects o join public.expense_claims c on c.receipt_path = o.name";
    long found =
        SERVER
            .project()
            .admin()
            .exchange(
                Actor.of("postgres"),
                Access.READ,
                Statement.of(sql),
                rows -> rows.next() ? rows.getLong(1) : 0);

    assertThat(found).isEqualTo(500);
  }

  @Test
  void aJpegIsAnImageAndAPdfIsWhole() throws IOException {
    var image = ImageIO.read(new ByteArrayInputStream(DemoClaim.of(0).receipt()));
    var pdf = new String(DemoClaim.of(4).receipt(), StandardCharsets.US_ASCII);

    assertThat(image.getWidth()).isEqualTo(360);
    assertThat(DemoClaim.of(4).mediaType()).isEqualTo("application/pdf");
    assertThat(pdf).startsWith("%PDF-1.4\n").endsWith("%%EOF\n");
    int table = Integer.parseInt(pdf.replaceAll("(?s).*startxref\n(\\d+)\n.*", "$1"));
    assertThat(pdf.substring(table)).startsWith("xref\n0 6\n");
    int first =
        Integer.parseInt(
            pdf.substring(table).lines().skip(3).findFirst().orElseThrow().substring(0, 10));
    assertThat(pdf.substring(first)).startsWith("1 0 obj");
  }

  private static String key() {
    return SERVER.project().keys().serviceRoleKey().reveal();
  }

  private static long count(String table) {
    var answer =
        Http.send(
            "HEAD",
            SERVER.url() + "/rest/v1/" + table,
            null,
            "apikey",
            key(),
            "Authorization",
            "Bearer " + key(),
            "Prefer",
            "count=exact");
    var range = answer.headers().firstValue("Content-Range").orElseThrow();
    return Long.parseLong(range.substring(range.indexOf('/') + 1));
  }

  private static String signIn(DemoPerson person) {
    var body = "{\"email\":\"%s\",\"password\":\"%s\"}".formatted(person.email(), Demo.PASSWORD);
    var answer =
        Http.post(
            SERVER.url() + "/auth/v1/token?grant_type=password",
            body,
            "apikey",
            SERVER.project().keys().publishableKey().reveal(),
            "Content-Type",
            "application/json");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    var token = Json.parse(answer.body()).get("access_token");
    return token == null ? "" : token.getStringValue();
  }

  private static String get(String path, String token) {
    return Http.get(
            SERVER.url() + path,
            "apikey",
            SERVER.project().keys().publishableKey().reveal(),
            "Authorization",
            "Bearer " + token)
        .body();
  }
}
