package io.stabbur.platform.trace;

import io.micronaut.json.tree.JsonNode;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.AttributeType;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.stabbur.platform.json.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Spans as the JSON of `ExportTraceServiceRequest`: ids in hexadecimal, 64 bit numbers as texts,
/// enums as numbers.
final class OtlpJson {
  private OtlpJson() {}

  static String of(Collection<SpanData> spans) {
    var resources =
        spans.stream()
            .collect(
                Collectors.groupingBy(
                    SpanData::getResource, LinkedHashMap::new, Collectors.toList()));
    return Json.write(
        object(
            "resourceSpans",
            array(resources.entrySet().stream().map(OtlpJson::resource).toList())));
  }

  private static JsonNode resource(Map.Entry<Resource, List<SpanData>> spans) {
    return object(
        "resource",
        object("attributes", attributes(spans.getKey().getAttributes())),
        "scopeSpans",
        array(
            List.of(
                object(
                    "scope",
                    object("name", text("io.stabbur")),
                    "spans",
                    array(spans.getValue().stream().map(OtlpJson::span).toList())))));
  }

  private static JsonNode span(SpanData span) {
    var fields = new LinkedHashMap<String, JsonNode>();
    fields.put("traceId", text(span.getTraceId()));
    fields.put("spanId", text(span.getSpanId()));
    if (span.getParentSpanContext().isValid()) {
      fields.put("parentSpanId", text(span.getParentSpanId()));
    }
    fields.put("name", text(span.getName()));
    fields.put("kind", number(kind(span.getKind())));
    fields.put("startTimeUnixNano", text(Long.toString(span.getStartEpochNanos())));
    fields.put("endTimeUnixNano", text(Long.toString(span.getEndEpochNanos())));
    fields.put("attributes", attributes(span.getAttributes()));
    fields.put(
        "status",
        object(
            "code",
            number(
                switch (span.getStatus().getStatusCode()) {
                  case UNSET -> 0;
                  case OK -> 1;
                  case ERROR -> 2;
                })));
    return JsonNode.createObjectNode(fields);
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

  private static JsonNode attributes(Attributes attributes) {
    var all = new ArrayList<JsonNode>();
    attributes.forEach(
        (key, value) -> all.add(object("key", text(key.getKey()), "value", value(key, value))));
    return array(all);
  }

  private static JsonNode value(AttributeKey<?> key, Object value) {
    return key.getType() == AttributeType.LONG
        ? object("intValue", text(value.toString()))
        : object("stringValue", text(value.toString()));
  }

  private static JsonNode object(String name, JsonNode value) {
    return JsonNode.createObjectNode(Map.of(name, value));
  }

  private static JsonNode object(String name, JsonNode value, String other, JsonNode otherValue) {
    var fields = new LinkedHashMap<String, JsonNode>();
    fields.put(name, value);
    fields.put(other, otherValue);
    return JsonNode.createObjectNode(fields);
  }

  private static JsonNode array(List<JsonNode> values) {
    return JsonNode.createArrayNode(values);
  }

  private static JsonNode text(String text) {
    return JsonNode.createStringNode(text);
  }

  private static JsonNode number(int number) {
    return JsonNode.createNumberNode(number);
  }
}
