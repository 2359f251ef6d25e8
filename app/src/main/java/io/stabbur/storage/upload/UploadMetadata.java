package io.stabbur.storage.upload;

import io.stabbur.platform.error.ApiException;
import io.stabbur.storage.StorageError;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The header `Upload-Metadata`: names and base64 texts, separated by commas.
record UploadMetadata(String header, Map<String, String> fields) {
  static UploadMetadata parse(@Nullable String header) {
    var fields = new LinkedHashMap<String, String>();
    if (header != null && !header.isBlank()) {
      for (var pair : header.split(",", -1)) {
        add(fields, pair.strip());
      }
    }
    return new UploadMetadata(header == null ? "" : header, fields);
  }

  private static void add(Map<String, String> fields, String pair) {
    int space = pair.indexOf(' ');
    try {
      fields.put(
          space < 0 ? pair : pair.substring(0, space),
          space < 0
              ? ""
              : new String(
                  Base64.getDecoder().decode(pair.substring(space + 1).strip()),
                  StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      throw new ApiException(
          new StorageError.InvalidRequest("Upload-Metadata is not names and base64 texts"));
    }
  }

  String require(String name) {
    var value = fields.get(name);
    if (value == null || value.isEmpty()) {
      throw new ApiException(new StorageError.InvalidRequest("Upload-Metadata names no " + name));
    }
    return value;
  }
}
