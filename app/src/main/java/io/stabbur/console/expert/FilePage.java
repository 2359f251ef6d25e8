package io.stabbur.console.expert;

import io.stabbur.console.form.ConsoleForm;
import io.stabbur.platform.sql.Uuids;
import io.stabbur.storage.object.StoredObject;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A file of a bucket, as somebody sees it.
///
/// @param refusal the key of why nothing is shown; empty where something is
/// @param file absent where there is none that the role or person may see
public record FilePage(
    SeenAs seen, String refusal, String bucket, String name, @Nullable StoredObject file) {
  /// The folder in which it lies; empty for the bucket itself.
  public String folder() {
    return name.substring(0, name.lastIndexOf('/') + 1);
  }

  /// The last part of the name.
  public String last() {
    return name.substring(name.lastIndexOf('/') + 1);
  }

  /// What is written to delete it.
  public String asked() {
    return ConsoleForm.asked(last(), bucket);
  }

  /// The account of whoever stored it; empty where no account is known.
  public Optional<UUID> owner() {
    var id = file == null ? null : file.ownerId();
    return id == null ? Optional.empty() : Uuids.parse(id.strip());
  }

  public Instant created(StoredObject shown) {
    return Instant.parse(shown.createdAt());
  }

  /// What the link to the folder says, after the project.
  public String folderQuery() {
    return BucketPage.query(bucket, folder(), "") + seen.query();
  }

  /// What the link to the file itself says.
  public String query() {
    return query(bucket, name) + seen.query();
  }

  static String query(String bucket, String name) {
    return "&bucket=" + SeenAs.encoded(bucket) + "&name=" + SeenAs.encoded(name);
  }
}
