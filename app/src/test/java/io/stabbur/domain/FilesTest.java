package io.stabbur.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.json.Json;
import io.stabbur.testing.TestServer;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The buckets: who may write and look under which path, through the Storage API.
class FilesTest {
  private static World world = new World(TestServer.shared());
  private static String here = "";
  private static String there = "";

  @BeforeAll
  static void twoOrganizations() {
    world = new World(TestServer.shared());
    here = world.organization("admin");
    there = world.organization("other-admin");
    world.member(here, "mentor", "peer_mentor");
    world.member(here, "colleague", "peer_mentor");
    world.member(here, "coordinator", "coordinator");
    world.member(there, "stranger", "coordinator");
  }

  @Test
  void aReceiptIsReadByItsOwnerAndStaffOnly() {
    var path = "receipts/" + here + "/" + world.id("mentor") + "/taxi.pdf";
    var stored = upload("mentor", path, "application/pdf");
    assertThat(stored.statusCode()).as(stored.body()).isEqualTo(200);

    for (var reader : List.of("mentor", "coordinator", "admin")) {
      assertThat(read(reader, path).statusCode()).as(reader).isEqualTo(200);
    }
    for (var reader : List.of("colleague", "stranger", "other-admin")) {
      assertThat(read(reader, path).statusCode()).as(reader).isEqualTo(403);
      assertThat(read(reader, path + ".absent").statusCode()).as(reader).isEqualTo(403);
    }
    assertThat(read("mentor", path + ".absent").statusCode()).isEqualTo(404);
    assertThat(read("coordinator", path + ".absent").statusCode()).isEqualTo(404);
  }

  @Test
  void oneWritesIntoOnesOwnFolderOfOnesOwnOrganizationOnly() {
    var own = world.id("colleague");
    for (var path :
        List.of(
            "receipts/" + here + "/" + world.id("mentor") + "/x.pdf",
            "receipts/" + there + "/" + own + "/x.pdf",
            "receipts/" + own + "/x.pdf",
            "receipts/x.pdf",
            "receipts/" + here + "/" + own + "/deeper/x.pdf")) {
      var answer = upload("colleague", path, "application/pdf");
      assertThat(Client.text(Json.parse(answer.body()), "statusCode")).as(path).isEqualTo("403");
    }
  }

  @Test
  void aBucketTakesItsOwnTypesOnly() {
    var path = "avatars/" + here + "/" + world.id("mentor") + "/script.svg";

    var answer = upload("mentor", path, "image/svg+xml");

    assertThat(Client.text(Json.parse(answer.body()), "statusCode")).isEqualTo("415");
  }

  @Test
  void anAvatarIsSeenByItsOrganisationAndByWhoeverIsGivenASignedAddress() {
    var path = "avatars/" + here + "/" + world.id("mentor") + "/face.png";
    assertThat(upload("mentor", path, "image/png").statusCode()).isEqualTo(200);

    assertThat(read("colleague", path).statusCode()).isEqualTo(200);
    assertThat(read("stranger", path).statusCode()).isEqualTo(403);
    var anybody = Client.anon(TestServer.shared());
    assertThat(anybody.get("/storage/v1/object/public/" + path).statusCode()).isEqualTo(400);
    var signed =
        world
            .as("colleague")
            .send("POST", "/storage/v1/object/sign/" + path, "{\"expiresIn\": 60}");
    var address = Client.text(Json.parse(signed.body()), "signedURL");
    assertThat(anybody.get("/storage/v1" + address).statusCode()).isEqualTo(200);
  }

  @Test
  void anAvatarOfAnotherOrganisationIsNotCopiedByItsPath() {
    var face = here + "/" + world.id("mentor") + "/copied.png";
    assertThat(upload("mentor", "avatars/" + face, "image/png").statusCode()).isEqualTo(200);
    var copy =
        Client.object(
            "bucketId",
            "avatars",
            "sourceKey",
            face,
            "destinationKey",
            there + "/" + world.id("stranger") + "/face.png");

    var answer = world.as("stranger").send("POST", "/storage/v1/object/copy", copy);

    assertThat(answer.statusCode()).isEqualTo(403);
  }

  @Test
  void aCasesDocumentsAreForItsMentorAndTheCoordinators() {
    var assignment =
        Client.text(
            world
                .as("coordinator")
                .made(
                    "/rest/v1/assignments",
                    Client.object("peer_mentor_id", world.id("mentor"), "status", "dispatched")),
            "id");
    var path = "documents/" + here + "/" + assignment + "/plan.txt";
    assertThat(upload("coordinator", path, "text/plain").statusCode()).isEqualTo(200);

    assertThat(read("mentor", path).statusCode()).isEqualTo(200);
    assertThat(upload("mentor", path + ".2", "text/plain").statusCode()).isEqualTo(200);
    for (var reader : List.of("colleague", "admin", "stranger", "other-admin")) {
      assertThat(read(reader, path).statusCode()).as(reader).isEqualTo(403);
    }
  }

  @Test
  void aListShowsOnlyWhatMayBeRead() {
    var folder = here + "/" + world.id("mentor");
    upload("mentor", "certificates/" + folder + "/course.pdf", "application/pdf");

    assertThat(list("mentor", folder)).containsExactly("course.pdf");
    assertThat(list("coordinator", folder)).containsExactly("course.pdf");
    assertThat(list("colleague", folder)).isEmpty();
    assertThat(list("stranger", folder)).isEmpty();
  }

  private static HttpResponse<String> upload(String person, String path, String type) {
    return world
        .as(person)
        .with("Content-Type", type)
        .post("/storage/v1/object/" + path, "bytes of a file");
  }

  private static HttpResponse<String> read(String person, String path) {
    return world.as(person).get("/storage/v1/object/authenticated/" + path);
  }

  private static List<String> list(String person, String folder) {
    var answer =
        world
            .as(person)
            .post("/storage/v1/object/list/certificates", Client.object("prefix", folder));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Client.list(answer).stream().map(each -> Client.text(each, "name")).toList();
  }
}
