package io.stabbur.moving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stabbur.platform.config.Secret;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.project.ClientPrograms;
import io.stabbur.testing.Http;
import io.stabbur.testing.S3Store;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/// Files whose move is refused, lacks some, is interrupted, and comes to its end.
class FileMoveTest {
  private static final HostedHouse HOUSE = HostedHouse.shared();

  /// A server starts, which takes seconds.
  @Test
  void filesThatAreMissingAreNamedAndFollowLater() {
    try (var server = TestServer.start(Map.of("stabbur.migrate", false));
        var store = new S3Store()) {
      store.start();
      put(store, "plain", HostedHouse.large());
      var endpoint = store.settings().endpoint() + "?region=us-east-1";

      assertThatThrownBy(
              () ->
                  run(
                      server,
                      new S3Files(endpoint, "test-id", Secret.of("wrong")),
                      (what, name, detail) -> {}))
          .isInstanceOf(StartFailure.class)
          .hasMessageContaining("The S3 endpoint answers 403.")
          .hasMessageContaining("Run the command again to go on.");
      assertThat(limit(server)).isEqualTo("3");
      assertThatThrownBy(
              () ->
                  run(
                      server,
                      new StorageApi(server.url(), Secret.of("not a key")),
                      new S3Files(endpoint, "test-id", Secret.of("test-secret")),
                      (what, name, detail) -> {}))
          .hasMessageContaining("to this service key; check the address and the key")
          .hasMessageNotContaining("not a key");
      put(store, "plain", Arrays.copyOf(HostedHouse.large(), 1000));
      // the bucket avatars is not there
      assertThat(
              run(
                  server,
                  new S3Files(endpoint, "test-id", Secret.of("test-secret")),
                  (what, name, detail) -> {}))
          .containsExactlyInAnyOrder(
              "avatars/a folder/it's (1)+2.txt: its bytes are not in the source",
              "avatars/empty: its bytes are not in the source",
              "objects/plain: 1000 bytes are in the source, whose row says 300000");
      assertThat(limit(server)).isEqualTo("3");

      var folder = new FolderFiles(HOUSE.files());
      assertThatThrownBy(
              () ->
                  run(
                      server,
                      folder,
                      (what, name, detail) -> {
                        if (what.equals("files") && name.equals("avatars/empty")) {
                          throw new IllegalStateException("stopped");
                        }
                      }))
          .hasMessage("stopped");
      execute(
          server,
          "update stabbur_moving.files set sha256 = 'another' where name = 'empty' and sha256 is not null");
      assertThat(run(server, folder, (what, name, detail) -> {}))
          .containsExactly("avatars/empty: its bytes differ in the target");
      assertThat(run(server, folder, (what, name, detail) -> {})).isEmpty();
      assertThat(limit(server)).isEqualTo("3");
      assertThat(
              Http.get(
                      server.url()
                          + "/storage/v1/object/public/avatars/a%20folder/it's%20(1)+2.txt")
                  .body())
          .isEqualTo("avatar");
      assertThat(
              TestPostgres.value(
                  server.project().admin().login(),
                  "select count(*) from stabbur_moving.files where verified_at is not null"))
          .isEqualTo("3");

      // a run was killed when all was done but this
      execute(
          server,
          "insert into stabbur_moving.steps (name) values ('limits lifted');"
              + " update storage.buckets set file_size_limit = null");
      try (var move = open(server, folder)) {
        assertThat(move.isFinished()).isFalse();
        assertThat(move.run()).isEmpty();
        assertThat(move.isFinished()).isTrue();
      }
      assertThat(limit(server)).isEqualTo("3");
    }
  }

  private static void execute(TestServer server, String sql) {
    TestPostgres.execute(server.project().admin().login(), sql);
  }

  private static List<String> run(TestServer server, FileSource source, Progress progress) {
    var key = server.project().keys().serviceRoleKey();
    return run(server, new StorageApi(server.url(), key), source, progress);
  }

  private static List<String> run(
      TestServer server, StorageApi target, FileSource source, Progress progress) {
    try (var move = open(server, target, source, progress)) {
      return move.run();
    }
  }

  private static Move open(TestServer server, FileSource source) {
    var target = new StorageApi(server.url(), server.project().keys().serviceRoleKey());
    return open(server, target, source, (what, name, detail) -> {});
  }

  private static Move open(
      TestServer server, StorageApi target, FileSource source, Progress progress) {
    return Move.open(
        HOUSE.login(),
        server.project().admin().login(),
        ClientPrograms.installed(),
        Optional.of(new FileMove(source, target)),
        progress);
  }

  private static String limit(TestServer server) {
    return String.valueOf(
        TestPostgres.value(
            server.project().admin().login(),
            "select file_size_limit from storage.buckets where id = 'avatars'"));
  }

  private static void put(S3Store store, String key, byte[] bytes) {
    var settings = store.settings();
    try (var client =
        S3Client.builder()
            .region(Region.of(settings.region()))
            .endpointOverride(settings.endpoint())
            .forcePathStyle(true)
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(
                        settings.accessKeyId().reveal(), settings.secretAccessKey().reveal())))
            .build()) {
      client.putObject(r -> r.bucket(settings.bucket()).key(key), RequestBody.fromBytes(bytes));
    }
  }
}
