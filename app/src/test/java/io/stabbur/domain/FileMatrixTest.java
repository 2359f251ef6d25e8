package io.stabbur.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.domain.FileMatrix.Cell;
import io.stabbur.domain.FileMatrix.Verb;
import io.stabbur.domain.FileMatrix.Whose;
import io.stabbur.testing.TestServer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Every cell of [FileMatrix] through the Storage API, resumable uploads and the S3 protocol, with
/// tokens of people who signed in.
class FileMatrixTest {
  private static final Map<String, String> PEOPLE =
      Map.of(
          "peer_mentor", "mentor",
          "coordinator", "coordinator",
          "org_admin", "admin",
          "global_admin", "global",
          "anon", "colleague",
          "nobody", "colleague");
  private static final Map<String, List<FileWire>> WIRES = new LinkedHashMap<>();
  private static World world = new World(TestServer.shared());
  private static FileShelf shelf = new FileShelf(TestServer.shared());
  private static String here = "";
  private static String there = "";

  @BeforeAll
  static void twoOrganizations() {
    ASSIGNMENTS.clear();
    world = new World(TestServer.shared());
    shelf = new FileShelf(TestServer.shared());
    here = world.organization("admin");
    there = world.organization("stranger-admin");
    world.member(here, "mentor", "peer_mentor");
    world.member(here, "colleague", "peer_mentor");
    world.member(here, "coordinator", "coordinator");
    world.member(there, "stranger", "peer_mentor");
    world.account("global");
    world.service.made("/rest/v1/platform_admins", Client.object("user_id", world.id("global")));
    for (var role : PEOPLE.keySet()) {
      WIRES.put(role, FileWire.all(TestServer.shared(), token(role)));
    }
  }

  @AfterAll
  static void disconnect() {
    WIRES.values().forEach(wires -> wires.forEach(FileWire::close));
    WIRES.clear();
  }

  private static String token(String role) {
    return switch (role) {
      case "nobody" -> "";
      case "anon" -> Client.anon(TestServer.shared()).token();
      default -> world.as(PEOPLE.getOrDefault(role, "")).token();
    };
  }

  @Test
  void theMatrixHoldsEveryBucketRoleAndFolder() {
    assertThat(FileMatrix.cells())
        .hasSize(4 * 6 * 3)
        .allMatch(cell -> cell.allowed().length() == 9);
  }

  @TestFactory
  Stream<DynamicTest> everyCell() {
    var asserted = new AtomicInteger();
    var cells =
        FileMatrix.cells().stream()
            .map(
                cell -> DynamicTest.dynamicTest(cell.toString(), () -> assertCell(cell, asserted)));
    // nine by REST, two by resumable uploads, eight by S3, which knows no move
    var all =
        DynamicTest.dynamicTest(
            "all of them",
            () -> assertThat(asserted).hasValue(FileMatrix.cells().size() * (9 + 2 + 8)));
    return Stream.concat(cells, Stream.of(all));
  }

  private static void assertCell(Cell cell, AtomicInteger asserted) {
    var folder = folder(cell);
    for (var wire : WIRES.getOrDefault(cell.role(), List.of())) {
      for (var verb : Verb.values()) {
        if (wire.knows(verb)) {
          assertVerb(cell, verb, wire, folder);
          asserted.incrementAndGet();
        }
      }
    }
  }

  private static void assertVerb(Cell cell, Verb verb, FileWire wire, String folder) {
    var what = cell + " " + verb + " by " + wire;
    var file = new FileShelf.File(cell.bucket(), folder + "/file");
    var target = file.beside("target");
    if (verb == Verb.UPLOAD) {
      shelf.clear(file);
    } else {
      shelf.put(file);
    }
    shelf.clear(target);
    var before = shelf.version(file);
    boolean allowed =
        wire.servesPublicly() ? cell.right(verb) != FileMatrix.Right.NONE : cell.allows(verb);

    var answer = wire.attempt(verb, file, target);

    if (allowed) {
      assertThat(answer).as(what).isEqualTo("done");
    } else {
      assertThat(answer).as(what).isEqualTo(wire.refusal(verb, cell));
    }
    assertState(verb, allowed, what, file, target, before);
  }

  private static void assertState(
      Verb verb,
      boolean allowed,
      String what,
      FileShelf.File file,
      FileShelf.File target,
      String before) {
    var after = shelf.version(file);
    if (!allowed) {
      assertThat(after).as(what).isEqualTo(before);
      assertThat(shelf.version(target)).as(what).isEmpty();
      return;
    }
    switch (verb) {
      case LIST, READ, INFO, SIGN -> assertThat(after).as(what).isEqualTo(before);
      case UPLOAD -> assertThat(after).as(what).isNotEmpty();
      case OVERWRITE -> assertThat(after).as(what).isNotEmpty().isNotEqualTo(before);
      case COPY -> {
        assertThat(after).as(what).isEqualTo(before);
        assertThat(shelf.version(target)).as(what).isNotEmpty();
      }
      case MOVE -> {
        assertThat(after).as(what).isEmpty();
        assertThat(shelf.version(target)).as(what).isNotEmpty();
      }
      case DELETE -> assertThat(after).as(what).isEmpty();
    }
  }

  private static String folder(Cell cell) {
    var organization = cell.whose() == Whose.OTHER ? there : here;
    var owner =
        switch (cell.whose()) {
          case OWN -> PEOPLE.getOrDefault(cell.role(), "");
          case SAME -> cell.role().equals("coordinator") ? "mentor" : "colleague";
          case OTHER -> "stranger";
        };
    return organization
        + "/"
        + (cell.bucket().equals("documents") ? assignment(organization, owner) : world.id(owner));
  }

  private static final Map<String, String> ASSIGNMENTS = new LinkedHashMap<>();

  private static String assignment(String organization, String mentor) {
    return ASSIGNMENTS.computeIfAbsent(
        mentor,
        name ->
            Client.text(
                world.service.made(
                    "/rest/v1/assignments",
                    Client.object(
                        "organization_id",
                        organization,
                        "coordinator_id",
                        world.id(organization.equals(here) ? "coordinator" : "stranger-admin"),
                        "peer_mentor_id",
                        world.id(name),
                        "status",
                        "dispatched")),
                "id"));
  }
}
