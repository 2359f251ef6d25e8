package io.stabbur.storage.object;

import io.micronaut.http.HttpParameters;
import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.error.ApiException;
import io.stabbur.storage.Coerced;
import io.stabbur.storage.StorageError;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// How an image is wanted: size, fit, quality, format and what stays in sight.
///
/// @param width pixels, or 0 to follow the height
/// @param height pixels, or 0 to follow the width
/// @param quality 20 to 100, or 0 for the encoder's own
public record Transformation(
    int width,
    int height,
    Resize resize,
    int quality,
    String format,
    @Nullable String gravity,
    double xOffset,
    double yOffset) {
  private static final int LARGEST = 2000;
  private static final Set<String> GRAVITIES =
      Set.of("no", "so", "ea", "we", "noea", "nowe", "soea", "sowe", "ce", "sm", "fp");
  private static final Set<String> FORMATS = Set.of("", "origin", "webp", "avif");

  /// How the image meets the size asked for.
  public enum Resize {
    COVER,
    CONTAIN,
    FILL
  }

  /// From a JSON object; nothing asked means no transformation.
  static Optional<Transformation> of(JsonNode transform) {
    return transform.size() == 0
        ? Optional.empty()
        : Optional.of(
            parse(
                name -> {
                  var node = transform.get(name);
                  return node == null || node.isNull() ? null : text(name, node);
                }));
  }

  private static String text(String name, JsonNode node) {
    return Coerced.text(node).orElseThrow(() -> invalid(name + " must be a single value"));
  }

  public static Transformation of(HttpParameters parameters) {
    return parse(name -> parameters.get(name, String.class).orElse(null));
  }

  private static Transformation parse(Function<String, @Nullable String> field) {
    var gravity = field.apply("gravity");
    if (gravity != null && !GRAVITIES.contains(gravity)) {
      throw invalid("gravity must be equal to one of the allowed values");
    }
    var format = orEmpty(field.apply("format"));
    if (!FORMATS.contains(format)) {
      throw invalid("format must be equal to one of the allowed values");
    }
    return new Transformation(
        size("width", field.apply("width")),
        size("height", field.apply("height")),
        resize(field.apply("resize")),
        quality(field.apply("quality")),
        format,
        gravity,
        offset("x_offset", field.apply("x_offset")),
        offset("y_offset", field.apply("y_offset")));
  }

  private static int size(String name, @Nullable String text) {
    if (text == null) {
      return 0;
    }
    int size = whole(name, text);
    if (size < 0) {
      throw invalid(name + " must be >= 0");
    }
    return size == 0 ? 0 : Math.clamp(size, 1, LARGEST);
  }

  private static int quality(@Nullable String text) {
    if (text == null) {
      return 0;
    }
    int quality = whole("quality", text);
    if (quality < 20 || quality > 100) {
      throw invalid("quality must be between 20 and 100");
    }
    return quality;
  }

  private static int whole(String name, String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw invalid(name + " must be integer");
    }
  }

  private static double offset(String name, @Nullable String text) {
    try {
      double offset = text == null ? 0 : Double.parseDouble(text);
      if (Double.isFinite(offset)) {
        return offset;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw invalid(name + " must be number");
  }

  private static Resize resize(@Nullable String text) {
    return switch (orEmpty(text)) {
      case "", "cover" -> Resize.COVER;
      case "contain" -> Resize.CONTAIN;
      case "fill" -> Resize.FILL;
      default -> throw invalid("resize must be equal to one of the allowed values");
    };
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  /// As tokens and the `X-Transformations` header spell it.
  public String text() {
    var parts = new ArrayList<String>();
    if (height > 0) {
      parts.add("height:" + height);
    }
    if (width > 0) {
      parts.add("width:" + width);
    }
    if (width > 0 || height > 0) {
      parts.add(
          "resizing_type:"
              + switch (resize) {
                case COVER -> "fill";
                case CONTAIN -> "fit";
                case FILL -> "force";
              });
    }
    if (quality > 0) {
      parts.add("quality:" + quality);
    }
    gravityText().ifPresent(parts::add);
    return String.join(",", parts);
  }

  private Optional<String> gravityText() {
    if (gravity == null) {
      return Optional.empty();
    }
    return Optional.of(
        "gravity:"
            + gravity
            + (gravity.equals("sm") ? "" : ":" + plain(xOffset) + ':' + plain(yOffset)));
  }

  private static String plain(double number) {
    return number == Math.rint(number)
        ? Long.toString((long) number)
        : String.format(Locale.ROOT, "%s", number);
  }

  /// Reads [#text] back; the format stands beside it in a token.
  public static Transformation parse(String text, @Nullable String format) {
    var fields = new LinkedHashMap<String, String>();
    for (var part : text.isEmpty() ? List.<String>of() : List.of(text.split(","))) {
      int colon = part.indexOf(':');
      if (colon > 0) {
        fields.put(part.substring(0, colon), part.substring(colon + 1));
      }
    }
    var gravity = List.of(fields.getOrDefault("gravity", "").split(":"));
    var named = new LinkedHashMap<String, @Nullable String>();
    named.put("width", fields.get("width"));
    named.put("height", fields.get("height"));
    named.put("quality", fields.get("quality"));
    named.put(
        "resize",
        Map.of("fit", "contain", "force", "fill")
            .getOrDefault(fields.getOrDefault("resizing_type", ""), "cover"));
    named.put("gravity", gravity.getFirst().isEmpty() ? null : gravity.getFirst());
    named.put("x_offset", gravity.size() > 2 ? gravity.get(1) : null);
    named.put("y_offset", gravity.size() > 2 ? gravity.get(2) : null);
    named.put("format", format);
    return parse(named::get);
  }

  private static ApiException invalid(String message) {
    return new ApiException(new StorageError.InvalidParameter("querystring/" + message));
  }
}
