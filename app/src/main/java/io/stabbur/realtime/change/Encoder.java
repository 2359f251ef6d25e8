package io.stabbur.realtime.change;

import io.stabbur.platform.pgoutput.Message.Kind;
import io.stabbur.realtime.change.row.JsonText;
import io.stabbur.realtime.change.row.Row;
import io.stabbur.realtime.change.table.Column;
import io.stabbur.realtime.change.table.Table;
import io.stabbur.realtime.change.table.ValueType;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes the `data` of an event, once for all who get the same of it.
final class Encoder {
  /// Values whose JSON is longer are left out of an event that is too large.
  private static final int SHORT = 64;

  private static final String TOO_LARGE = "[\"Error 413: Payload Too Large\"]";
  private static final long MILLIS = 1_000;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private final int maxPayload;
  private final Map<Asked, String> converted;

  /// @param converted what Postgres made of values that only it can convert
  Encoder(int maxPayload, Map<Asked, String> converted) {
    this.maxPayload = maxPayload;
    this.converted = converted;
  }

  /// A value that Postgres has converted.
  record Asked(long type, String text) {}

  /// Which values are written.
  private enum Values {
    ALL,
    SHORT_ONES
  }

  /// @param shown values with a representation of their own, as the receivers may read them
  byte[] encode(Event event, Shape shape, Map<Asked, String> shown) {
    return switch (shape) {
      case Shape.Failed(var error) -> bytes(failed(event, error));
      case Shape.Columns columns -> encode(event, columns, shown);
    };
  }

  private byte[] encode(Event event, Shape.Columns columns, Map<Asked, String> shown) {
    var whole = bytes(text(event, columns, new Form(Values.ALL, shown), "null"));
    return whole.length < maxPayload
        ? whole
        : bytes(text(event, columns, new Form(Values.SHORT_ONES, shown), TOO_LARGE));
  }

  private record Form(Values values, Map<Asked, String> shown) {}

  /// An event without columns, but with its time: clients that need one would fail without.
  private static StringBuilder failed(Event event, String error) {
    var out = begin(event);
    out.append(",\"columns\":[]");
    if (event.kind() != Kind.DELETE) {
      out.append(",\"record\":{}");
    }
    if (event.kind() != Kind.INSERT) {
      out.append(",\"old_record\":{}");
    }
    out.append(",\"errors\":[");
    JsonText.string(out, error);
    return out.append("]}");
  }

  private StringBuilder text(Event event, Shape.Columns shape, Form form, String errors) {
    var out = begin(event);
    out.append(",\"columns\":[");
    columns(out, event, shape);
    out.append(']');
    var image = event.image();
    if (image != null) {
      out.append(",\"record\":");
      record(out, image, shape, form, Extent.SELECTED);
    }
    if (event.kind() != Kind.INSERT) {
      boolean cut = event.kind() == Kind.DELETE && shape.secured();
      out.append(",\"old_record\":");
      record(out, event.old(), shape, form, cut ? Extent.KEY : Extent.SELECTED);
    }
    return out.append(",\"errors\":").append(errors).append('}');
  }

  private static StringBuilder begin(Event event) {
    var table = event.target().table();
    var micros = event.change().committed();
    var out = new StringBuilder(512).append("{\"schema\":");
    JsonText.string(out, table.schema());
    out.append(",\"table\":");
    JsonText.string(out, table.name());
    out.append(",\"type\":\"").append(event.kind()).append("\",\"commit_timestamp\":\"");
    TIME.formatTo(Instant.ofEpochMilli(Math.floorDiv(micros, MILLIS)), out);
    return out.append('"');
  }

  private static void columns(StringBuilder out, Event event, Shape.Columns shape) {
    var table = event.target().table();
    boolean first = true;
    for (int i = 0; i < table.columns().size(); i++) {
      var column = table.columns().get(i);
      if (isShown(column, shape, Extent.SELECTED)
          && (event.target().published()[i] || column.generated() != null)) {
        out.append(first ? "{\"name\":" : ",{\"name\":");
        first = false;
        JsonText.string(out, column.name());
        out.append(",\"type\":");
        JsonText.string(out, column.type().name());
        out.append('}');
      }
    }
  }

  /// Which columns of a row are written.
  private enum Extent {
    SELECTED,
    KEY
  }

  private void record(StringBuilder out, Row row, Shape.Columns shape, Form form, Extent extent) {
    Table table = row.table();
    out.append('{');
    int empty = out.length();
    for (int i = 0; i < table.columns().size(); i++) {
      var column = table.columns().get(i);
      if (row.isKnown(i) && isShown(column, shape, extent)) {
        int before = out.length();
        if (before > empty) {
          out.append(',');
        }
        JsonText.string(out, column.name());
        out.append(':');
        int start = out.length();
        value(out, column, row.text(i), form);
        if (form.values == Values.SHORT_ONES && isLong(out, start)) {
          out.setLength(before);
        }
      }
    }
    out.append('}');
  }

  private static boolean isLong(StringBuilder out, int start) {
    int chars = out.length() - start;
    return chars > SHORT || out.substring(start).getBytes(StandardCharsets.UTF_8).length > SHORT;
  }

  private static boolean isShown(Column column, Shape.Columns shape, Extent extent) {
    return shape.visible().contains(column.name())
        && (column.isKey()
            || (extent == Extent.SELECTED
                && (shape.select().isEmpty() || shape.select().contains(column.name()))));
  }

  private void value(StringBuilder out, Column column, @Nullable String text, Form form) {
    var type = column.type();
    if (text == null) {
      out.append("null");
    } else if (column.isAskedByReader()) {
      // the stored text may say more than the reader is to be shown
      out.append(form.shown.getOrDefault(new Asked(type.oid(), text), "null"));
    } else if (type.json() == ValueType.Json.ASKED) {
      out.append(converted.getOrDefault(new Asked(type.oid(), text), "null"));
    } else {
      JsonText.append(out, type, text);
    }
  }

  private static byte[] bytes(StringBuilder text) {
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }
}
