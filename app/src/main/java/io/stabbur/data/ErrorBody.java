package io.stabbur.data;

import io.stabbur.data.ErrorTexts.ErrorText;
import io.stabbur.data.request.FlatJson;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Writes the JSON of an error.
final class ErrorBody {
  private ErrorBody() {}

  static byte[] of(ErrorText error, DataRules.Verbosity verbosity) {
    var text = new StringBuilder(160).append("{\"code\":");
    string(text, error.code());
    if (verbosity == DataRules.Verbosity.VERBOSE) {
      text.append(",\"details\":");
      switch (error.details()) {
        case null -> text.append("null");
        case ErrorTexts.Details.Text(var said) -> string(text, said);
        case ErrorTexts.Details.Json(var json) -> text.append(json);
      }
      text.append(",\"hint\":");
      string(text, error.hint());
    }
    text.append(",\"message\":");
    string(text, error.message());
    return text.append('}').toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void string(StringBuilder text, @Nullable String value) {
    if (value == null) {
      text.append("null");
    } else {
      FlatJson.string(text, value);
    }
  }
}
