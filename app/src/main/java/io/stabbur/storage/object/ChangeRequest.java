package io.stabbur.storage.object;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.storage.object.Changes.CopyWish;
import io.stabbur.storage.object.Changes.Journey;
import io.stabbur.storage.object.Uploads.Clash;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Reads what clients ask of objects that are there already.
final class ChangeRequest {
  private static final int MOST_NAMES = 100_000;

  private ChangeRequest() {}

  static Journey journey(JsonNode body) {
    var fields = new Fields(body);
    var bucket = fields.requireText("bucketId");
    return new Journey(
        bucket,
        fields.requireText("sourceKey"),
        fields.text("destinationBucket", bucket),
        fields.requireText("destinationKey"));
  }

  /// From where to where, and how.
  record Copy(Journey journey, CopyWish copy) {}

  static Copy copy(JsonNode body, Clash clash, @Nullable String headerMetadata) {
    var fields = new Fields(body);
    var metadata = new Fields(fields.object("metadata"));
    return new Copy(
        journey(body),
        new CopyWish(
            clash,
            fields.flag("copyMetadata", true),
            checked(metadata.textOrNull("cacheControl"), HeaderText::cacheControl),
            checked(metadata.textOrNull("mimetype"), HeaderText::mediaType),
            headerMetadata));
  }

  private static @Nullable String checked(@Nullable String text, UnaryOperator<String> check) {
    return text == null ? null : check.apply(text);
  }

  static List<String> names(JsonNode body) {
    return new Fields(body).requireTexts("prefixes", MOST_NAMES);
  }
}
