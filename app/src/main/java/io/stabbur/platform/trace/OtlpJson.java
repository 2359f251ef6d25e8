package io.stabbur.platform.trace;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.AttributeType;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;

/// Spans as the JSON of `ExportTraceServiceRequest`: ids in hexadecimal, 64 bit numbers as texts,
/// enums as numbers. Written as text at once: a busy server sends thousands of spans a second, and
/// trees of nodes cost more than all else about a span.
final class OtlpJson {
  /// About as many characters as a span has.
  private static final int SPAN = 512;

  private static final int FIRST_PRINTABLE = 0x20;

  private final StringBuilder out;

  private OtlpJson(int spans) {
    this.out = new StringBuilder(spans * SPAN);
  }

  static String of(Collection<SpanData> spans) {
    var json = new OtlpJson(spans.size());
    var resources =
        spans.stream()
            .collect(
                Collectors.groupingBy(
                    SpanData::getResource, LinkedHashMap::new, Collectors.toList()));
    json.out.append("{\"resourceSpans\":[");
    resources.forEach(json::resource);
    return json.ended("]}");
  }

  private void resource(Resource resource, List<SpanData> spans) {
    out.append("{\"resource\":{");
    attributes(resource.getAttributes());
    out.append("},\"scopeSpans\":[{\"scope\":{\"name\":\"io.stabbur\"},\"spans\":[");
    spans.forEach(this::span);
    close("]}]}");
  }

  private void span(SpanData span) {
    out.append("{\"traceId\":\"").append(span.getTraceId());
    out.append("\",\"spanId\":\"").append(span.getSpanId());
    if (span.getParentSpanContext().isValid()) {
      out.append("\",\"parentSpanId\":\"").append(span.getParentSpanId());
    }
    out.append("\",\"name\":");
    text(span.getName());
    out.append(",\"kind\":").append(kind(span.getKind()));
    out.append(",\"startTimeUnixNano\":\"").append(span.getStartEpochNanos());
    out.append("\",\"endTimeUnixNano\":\"").append(span.getEndEpochNanos());
    out.append("\",");
    attributes(span.getAttributes());
    out.append(",\"status\":{\"code\":")
        .append(
            switch (span.getStatus().getStatusCode()) {
              case UNSET -> 0;
              case OK -> 1;
              case ERROR -> 2;
            });
    close("}}");
  }

  private static int kind(SpanKind kind) {
    return switch (kind) {
      case INTERNAL -> 1;
      case SERVER -> 2;
      case CLIENT -> 3;
      case PRODUCER -> 4;
      case CONSUMER -> 5;
    };
  }

  private void attributes(Attributes attributes) {
    out.append("\"attributes\":[");
    attributes.forEach(this::attribute);
    unseparated();
    out.append(']');
  }

  private void attribute(AttributeKey<?> key, Object value) {
    out.append("{\"key\":");
    text(key.getKey());
    out.append(",\"value\":{");
    out.append(key.getType() == AttributeType.LONG ? "\"intValue\":" : "\"stringValue\":");
    text(value.toString());
    close("}}");
  }

  /// Ends one of several, and expects another.
  private void close(String end) {
    unseparated();
    out.append(end).append(',');
  }

  private String ended(String end) {
    unseparated();
    return out.append(end).toString();
  }

  /// There is no other.
  private void unseparated() {
    int last = out.length() - 1;
    if (out.charAt(last) == ',') {
      out.setLength(last);
    }
  }

  private void text(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < FIRST_PRINTABLE || Character.isSurrogate(c)) {
        out.append("\\u%04x".formatted((int) c));
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }
}
