package io.stabbur.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.functions.Functions;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.testing.AtExit;
import io.stabbur.testing.Await;
import io.stabbur.testing.Http;
import io.stabbur.testing.Node;
import io.stabbur.testing.TestServer;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The functions that ship in `supabase/functions`, on the schema that ships with them.
class ShippedFunctionsTest {
  private static final String SECRET = "whsec-of-the-accounting-system";
  private static TestServer server;
  private static World world;
  private static String home;
  private static String other;

  @BeforeAll
  static void serve() {
    server =
        AtExit.close(
            TestServer.start(
                Map.of(
                    "stabbur.functions.deno",
                    Node.deno().toString(),
                    "stabbur.functions.folder",
                    TestServer.repository().resolve("supabase/functions").toString())));
    server
        .bean(Functions.class)
        .setSecrets(server.project(), Map.of("ACCOUNTING_WEBHOOK_SECRET", SECRET));
    world = new World(server);
    home = world.organization("admin");
    other = world.organization("other-admin");
    world.member(home, "coordinator", "coordinator");
    world.member(home, "mentor", "peer_mentor");
    world.member(other, "other-coordinator", "coordinator");
  }

  private static String activity(String title, String type) {
    return Client.text(
        world
            .as("mentor")
            .made(
                "/rest/v1/activities",
                """
                {"title": "%s", "type": "%s", "status": "submitted", "duration_minutes": 90,
                 "occurred_at": "2026-03-04T10:00:00Z"}
                """
                    .formatted(title, type)),
        "id");
  }

  @Test
  void theGrantReportIsForStaffOfTheOrganisation() {
    activity("private title", "conversation");
    var csv = world.as("coordinator").get("/functions/v1/grant-report?year=2026");
    assertThat(csv.statusCode()).as(csv.body()).isEqualTo(200);
    assertThat(csv.headers().firstValue("content-type")).contains("text/csv; charset=utf-8");
    assertThat(csv.body())
        .startsWith("local association,type,period,activities")
        .contains(",conversation,2026,")
        .doesNotContain("private title");

    var pdf = world.as("admin").get("/functions/v1/grant-report?year=2026&format=pdf");
    assertThat(pdf.statusCode()).isEqualTo(200);
    assertThat(pdf.body()).startsWith("%PDF-1.4").contains("conversation").contains("%%EOF");

    assertThat(world.as("mentor").get("/functions/v1/grant-report?year=2026").statusCode())
        .isEqualTo(403);
    var foreign = world.as("other-coordinator").get("/functions/v1/grant-report?year=2026");
    assertThat(foreign.statusCode()).isEqualTo(200);
    assertThat(foreign.body()).doesNotContain("conversation");
    assertThat(
            world
                .as("other-coordinator")
                .in(home)
                .get("/functions/v1/grant-report?year=2026")
                .statusCode())
        .isEqualTo(403);
    assertThat(Http.get(server.url() + "/functions/v1/grant-report").statusCode()).isEqualTo(401);
    assertThat(world.as("coordinator").get("/functions/v1/grant-report?year=26").statusCode())
        .isEqualTo(400);
  }

  @Test
  void anAssignmentIsDispatchedOnceWithoutAWordOfItInTheLog() {
    var coordinator = world.as("coordinator");
    var contact =
        Client.text(
            coordinator.made(
                "/rest/v1/contacts",
                "{\"full_name\": \"Kari Hemmelig\", \"phone\": \"+4799887766\"}"),
            "id");
    var assignment =
        Client.text(
            coordinator.made(
                "/rest/v1/assignments",
                """
                {"contact_id": "%s", "peer_mentor_id": "%s", "message": "Ring etter klokken fem"}
                """
                    .formatted(contact, world.id("mentor"))),
            "id");
    var body = "{\"assignment_id\": \"%s\"}".formatted(assignment);
    var path = "/functions/v1/dispatch-assignment";
    assertThat(world.as("mentor").post(path, body).statusCode()).isEqualTo(403);
    assertThat(world.as("other-coordinator").post(path, body).statusCode()).isEqualTo(404);

    var done = coordinator.post(path, body);

    assertThat(done.statusCode()).as(done.body()).isEqualTo(200);
    assertThat(done.body()).contains("dispatched").doesNotContain("Hemmelig", "fem");
    assertThat(coordinator.post(path, body).statusCode()).isEqualTo(409);
    var letter = "/storage/v1/object/documents/" + home + "/" + assignment + "/assignment.txt";
    assertThat(world.as("mentor").get(letter).body())
        .contains("Name: Kari Hemmelig", "Phone: +4799887766", "Message: Ring etter klokken fem");
    assertThat(world.as("other-coordinator").get(letter).statusCode()).isGreaterThanOrEqualTo(400);
    Await.until("the log is written", () -> log("dispatch-assignment").contains(assignment));
    assertThat(log("dispatch-assignment")).doesNotContain("Hemmelig", "99887766", "fem");
  }

  private static String log(String function) {
    return server.bean(Functions.class).logs(server.project(), function, 0, 1000).toString();
  }

  @Test
  void aSignedDeliveryMarksApprovedClaimsPaidOnce() {
    var claim = claim();
    var draft = claim();
    assertThat(status(claim)).isEqualTo("submitted");
    var approved =
        world
            .as("coordinator")
            .patch("/rest/v1/expense_claims?id=eq." + claim, "{\"status\": \"approved\"}");
    assertThat(approved.statusCode()).isLessThan(300);
    var body =
        "{\"organization_id\": \"%s\", \"paid\": [\"%s\", \"%s\"]}".formatted(home, claim, draft);
    var foreign = body.replace(home, other);
    long now = Instant.now().getEpochSecond();
    for (var refused :
        new HttpResponse<?>[] {
          deliver(body, header(now, body, "another key")),
          // the secret itself is no organisation's key, and one organisation's key is not another's
          deliver(body, header(now, body, SECRET)),
          deliver(body, header(now, body, key(other))),
          deliver(foreign, header(now, foreign, key(home))),
          deliver("no delivery", header(now, "no delivery", key(""))),
          deliver(body, header(now - 600, body, key(home))),
          deliver(body + " ", header(now, body, key(home))),
          deliver(body, "")
        }) {
      assertThat(refused.statusCode()).isEqualTo(401);
    }
    assertThat(deliver(foreign, header(now, foreign, key(other))).body()).isEqualTo("{\"paid\":0}");
    assertThat(status(claim)).isEqualTo("approved");

    var header = header(now, body, key(home));
    assertThat(deliver(body, header).body()).isEqualTo("{\"paid\":1}");
    assertThat(status(claim)).isEqualTo("paid");
    assertThat(status(draft)).isEqualTo("submitted");
    assertThat(deliver(body, header).body()).isEqualTo("{\"paid\":0}");
  }

  private static String claim() {
    return Client.text(
        world
            .as("mentor")
            .made(
                "/rest/v1/expense_claims",
                "{\"kind\": \"mileage\", \"amount\": 120.5, \"status\": \"submitted\"}"),
        "id");
  }

  private static String status(String claim) {
    return Client.text(
        world.as("mentor").rows("/rest/v1/expense_claims?select=status&id=eq." + claim).getFirst(),
        "status");
  }

  private static HttpResponse<String> deliver(String body, String signature) {
    return Http.post(
        server.url() + "/functions/v1/accounting-webhook", body, "x-signature", signature);
  }

  @Test
  void aDeliveryIsBounded() {
    var body = "{\"organization_id\": \"%s\", \"paid\": []}".formatted(home);
    var large = body + " ".repeat(70_000);
    long now = Instant.now().getEpochSecond();
    var refused = deliver(large, header(now, large, key(home)));
    assertThat(refused.statusCode()).isEqualTo(413);
    var many =
        "{\"organization_id\": \"%s\", \"paid\": [%s]}"
            .formatted(home, ("\"" + home + "\",").repeat(200) + "\"" + home + "\"");
    assertThat(deliver(many, header(now, many, key(home))).statusCode()).isEqualTo(413);
    assertThat(deliver(body, header(now, body, key(home))).body()).isEqualTo("{\"paid\":0}");
  }

  /// As app/docs/functions.md has the operator derive it.
  private static String key(String organization) {
    return hmac(SECRET, organization);
  }

  private static String header(long time, String body, String key) {
    return "t=%d,v1=%s".formatted(time, hmac(key, time + "." + body));
  }

  private static String hmac(String key, String text) {
    return HexFormat.of()
        .formatHex(
            Crypto.hmacSha256(
                key.getBytes(StandardCharsets.UTF_8), text.getBytes(StandardCharsets.UTF_8)));
  }
}
