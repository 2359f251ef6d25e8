package io.stabbur.storage.browse;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.json.Json;
import io.stabbur.storage.object.Listing;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/// A file in a list, or a folder of files.
///
/// @param name the whole name; of a folder with the slash at its end
/// @param bytes its size; 0 for a folder
/// @param type its media type; empty where nobody said one
/// @param owner the id of whoever stored it; empty where nobody is known
/// @param changedAt absent for a folder
public record FileLine(
    String name,
    boolean isFolder,
    long bytes,
    String type,
    String owner,
    @Nullable Instant changedAt) {

  static FileLine of(Listing.Entry entry) {
    var json = entry.json();
    if (json == null) {
      return new FileLine(entry.name(), true, 0, "", "", null);
    }
    var row = Json.parseStored(json);
    var known = row.get("metadata");
    var size = known == null ? null : known.get("size");
    return new FileLine(
        entry.name(),
        false,
        size != null && size.isNumber() ? size.getLongValue() : 0,
        known == null ? "" : text(known, "mimetype"),
        text(row, "owner_id"),
        instant(text(row, "updated_at")));
  }

  /// The part of the name below a folder.
  ///
  /// @param folder with the slash at its end; empty for the bucket itself
  public String below(String folder) {
    return name.startsWith(folder) && name.length() > folder.length()
        ? name.substring(folder.length())
        : name;
  }

  static String text(JsonNode row, String field) {
    var value = row.get(field);
    return value == null || value.isNull() || value.isObject() || value.isArray()
        ? ""
        : value.coerceStringValue();
  }

  private static @Nullable Instant instant(String text) {
    try {
      return text.isEmpty() ? null : Instant.parse(text);
    } catch (DateTimeParseException _) {
      return null;
    }
  }
}
