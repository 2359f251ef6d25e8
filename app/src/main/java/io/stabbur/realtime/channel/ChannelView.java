package io.stabbur.realtime.channel;

import io.stabbur.realtime.change.Binding;
import io.stabbur.realtime.change.filter.FilterText;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What operators see of a channel. Personal data is left out: of a filter only its column and
/// operator are shown, of a topic nothing that names a person, of an error no values.
///
/// @param number tells the channels of one socket apart
/// @param kind `public` or `private`
/// @param changes the bindings, such as `INSERT public.notes owner eq`
/// @param organization the one that the caller's token names
/// @param in messages of the client, and `out` those to it
public record ChannelView(
    int number,
    String topic,
    String kind,
    List<String> changes,
    String role,
    @Nullable String organization,
    Instant joined,
    long in,
    long out,
    @Nullable String lastError) {
  private static final Pattern PERSON =
      Pattern.compile("(?<=user[:_./-])[^:]+|[^:\\s]*@[^:\\s]*", Pattern.CASE_INSENSITIVE);
  private static final String HIDDEN = "…";

  ChannelView uncounted() {
    return new ChannelView(
        number, topic, kind, changes, role, organization, joined, 0, 0, lastError);
  }

  /// A topic without what names a person: what follows `user:`, and addresses of mail.
  static String topic(String name) {
    return PERSON.matcher(name).replaceAll(HIDDEN);
  }

  static String change(Binding binding) {
    return "%s %s.%s%s"
        .formatted(
            or(binding.event(), "*"),
            or(binding.schema(), "public"),
            or(binding.table(), "*"),
            filter(binding.filter()));
  }

  private static String or(@Nullable String text, String other) {
    return text == null ? other : text;
  }

  private static String filter(@Nullable String filter) {
    try {
      return FilterText.parse(filter).stream()
          .map(each -> " " + each.column() + " " + each.operator().name().toLowerCase(Locale.ROOT))
          .collect(Collectors.joining(","));
    } catch (FilterText.InvalidFilter e) {
      return " " + HIDDEN;
    }
  }

  /// An error up to where a value may begin.
  static @Nullable String error(@Nullable String message) {
    if (message == null) {
      return null;
    }
    var text = message.split("[:\"'(]", 2)[0].strip();
    return text.length() < message.length() ? text + " " + HIDDEN : text;
  }
}
