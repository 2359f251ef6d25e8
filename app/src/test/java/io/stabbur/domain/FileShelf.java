package io.stabbur.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.Actor;
import io.stabbur.platform.sql.Statement;
import io.stabbur.testing.TestServer;

/// What lies in the buckets, seen and arranged by the operator.
final class FileShelf {
  static final String TYPE = "image/png";
  static final String BYTES = "bytes of a file";
  private final TestServer server;

  FileShelf(TestServer server) {
    this.server = server;
  }

  record File(String bucket, String name) {
    File beside(String other) {
      return new File(bucket, name.substring(0, name.lastIndexOf('/') + 1) + other);
    }

    String folder() {
      return name.substring(0, name.lastIndexOf('/'));
    }

    String path() {
      return bucket + "/" + name;
    }
  }

  /// Sees to it that the file is there.
  void put(File file) {
    if (version(file).isEmpty()) {
      var answer =
          Client.service(server)
              .with("Content-Type", TYPE)
              .post("/storage/v1/object/" + file.path(), BYTES);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }
  }

  /// Sees to it that it is not.
  void clear(File file) {
    if (!version(file).isEmpty()) {
      assertThat(Client.service(server).delete("/storage/v1/object/" + file.path()).statusCode())
          .isEqualTo(200);
    }
  }

  /// The version that is live, or nothing.
  String version(File file) {
    return server
        .project()
        .admin()
        .exchange(
            Actor.of("supabase_storage_admin"),
            Access.READ,
            Statement.of(
                "select version from storage.objects where bucket_id = ? and name = ?",
                file.bucket(),
                file.name()),
            rows -> rows.next() ? rows.getString(1) : "");
  }
}
