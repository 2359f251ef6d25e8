package io.stabbur.data;

import io.stabbur.data.DataErrorWords.Words;
import io.stabbur.data.request.JsonWords;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Writes the JSON of an error.
final class ErrorBody {
  private ErrorBody() {}

  static byte[] of(Words words, DataRules.Verbosity verbosity) {
    var text = new StringBuilder(160).append("{\"code\":");
    string(text, words.code());
    if (verbosity == DataRules.Verbosity.VERBOSE) {
      text.append(",\"details\":");
      switch (words.details()) {
        case null -> text.append("null");
        case DataErrorWords.Details.Text(var said) -> string(text, said);
        case DataErrorWords.Details.Json(var json) -> text.append(json);
      }
      text.append(",\"hint\":");
      string(text, words.hint());
    }
    text.append(",\"message\":");
    string(text, words.message());
    return text.append('}').toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void string(StringBuilder text, @Nullable String value) {
    if (value == null) {
      text.append("null");
    } else {
      JsonWords.string(text, value);
    }
  }
}
