package io.stabbur.operations.backup.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stabbur.project.StoreSettings;
import io.stabbur.testing.S3Store;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Repositories in a folder and in a bucket of a real S3 store, which behave the same.
class RepositoryTest {
  private static final S3Store S3 = new S3Store();
  private static final RepositoryKey KEY = RepositoryKey.ofMasterKey("a master key of the tests");

  @BeforeAll
  static void start() {
    S3.start();
  }

  @AfterAll
  static void stop() {
    S3.close();
  }

  static List<StoreSettings> stores() {
    return List.of(new StoreSettings.Folder(TestServer.newFolder()), S3.settings());
  }

  @ParameterizedTest
  @MethodSource("stores")
  void anObjectIsReadAsItWasWrittenAndReplacedAndDeleted(StoreSettings store) {
    var repository = Repository.in(store, "a/", KEY);
    assertThat(repository.read("one")).isEmpty();

    repository.write("one", new byte[] {1});
    repository.write("one", new byte[] {2, 3});

    assertThat(repository.read("one"))
        .hasValueSatisfying(it -> assertThat(it).containsExactly(2, 3));
    assertThat(Repository.in(store, "b/", KEY).read("one")).isEmpty();
    repository.delete("one");
    repository.delete("one");
    assertThat(repository.read("one")).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("stores")
  void aStreamOfSeveralPartsIsReadAsItWasWritten(StoreSettings store) throws IOException {
    var repository = Repository.in(store, "", KEY);
    var bytes = new byte[(17 << 20) + 5];
    new Random(7).nextBytes(bytes);
    try (var out = repository.writeStream("many")) {
      out.write(bytes);
    }

    try (var in = repository.readStream("many")) {
      assertThat(in.readAllBytes()).isEqualTo(bytes);
    }
    assertThat(repository.read("many.2")).isPresent();
    repository.deleteStream("many");
    assertThat(repository.read("many.0")).isEmpty();
    assertThat(repository.read("many.2")).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("stores")
  void aStreamWithoutItsLastPartAndAnotherKeyAreRefused(StoreSettings store) throws IOException {
    var repository = Repository.in(store, "", KEY);
    var bytes = new byte[9 << 20];
    new Random(8).nextBytes(bytes);
    try (var out = repository.writeStream("cut")) {
      out.write(bytes);
    }
    repository.delete("cut.1");

    assertThatThrownBy(() -> repository.readStream("cut").readAllBytes())
        .isInstanceOf(DamagedException.class)
        .hasMessageContaining("lacks cut.1");
    var other = Repository.in(store, "", RepositoryKey.ofMasterKey("another master key"));
    assertThatThrownBy(() -> other.read("cut.0")).isInstanceOf(DamagedException.class);
  }

  @org.junit.jupiter.api.Test
  void aRemovalThatFailsLeavesNothingThatTheNextDoesNotFind() throws IOException {
    var folder = TestServer.newFolder();
    var store = new FailingFolder(folder);
    var repository = store.repository(KEY);
    var bytes = new byte[(17 << 20) + 5];
    new Random(9).nextBytes(bytes);
    try (var out = repository.writeStream("many")) {
      out.write(bytes);
    }
    store.failOn("many.1"::equals);
    assertThatThrownBy(() -> repository.deleteStream("many")).isInstanceOf(StoreException.class);
    store.failOn(_ -> false);

    repository.deleteStream("many");

    assertThat(folder).isEmptyDirectory();
  }

  @org.junit.jupiter.api.Test
  void aStoreThatDoesNotAnswerIsNamed() {
    var gone =
        new StoreSettings.S3(
            URI.create("http://127.0.0.1:" + TestServer.freePort()),
            "objects",
            "us-east-1",
            S3.settings().accessKeyId(),
            S3.settings().secretAccessKey(),
            true);

    assertThatThrownBy(() -> Repository.in(gone, "", KEY).read("one"))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("cannot be used (object one");
  }

  @org.junit.jupiter.api.Test
  void theTextOfAKeyIsTheKey() {
    assertThat(RepositoryKey.ofText(KEY.text()).fingerprint()).isEqualTo(KEY.fingerprint());
    assertThatThrownBy(() -> RepositoryKey.ofText("short"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
