package io.stabbur.platform.trace;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Spans that OpenTelemetry's own library made, as a collector reads them: with a JSON reader that
/// is not ours.
class OtlpJsonTest {
  private final List<SpanData> spans = new ArrayList<>();
  private final SdkTracerProvider provider = provider("stabbur");

  private final class Kept implements SpanExporter {
    @Override
    public CompletableResultCode export(Collection<SpanData> more) {
      spans.addAll(more);
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode flush() {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
      return CompletableResultCode.ofSuccess();
    }
  }

  private SdkTracerProvider provider(String service) {
    return SdkTracerProvider.builder()
        .setResource(Resource.create(Attributes.builder().put("service.name", service).build()))
        .addSpanProcessor(SimpleSpanProcessor.create(new Kept()))
        .build();
  }

  private JsonNode read() throws JsonProcessingException {
    return new ObjectMapper().readTree(OtlpJson.of(spans));
  }

  private JsonNode onlySpan() throws JsonProcessingException {
    return read().at("/resourceSpans/0/scopeSpans/0/spans/0");
  }

  private void span(String name) {
    provider.get("t").spanBuilder(name).startSpan().end();
  }

  @Test
  void aSpanHasTheFieldsOfTheProtocol() throws JsonProcessingException {
    var parent = provider.get("t").spanBuilder("parent").startSpan();
    try (var _ = parent.makeCurrent()) {
      provider
          .get("t")
          .spanBuilder("child")
          .setSpanKind(SpanKind.CLIENT)
          .setStartTimestamp(1_700_000_000_123_456_789L, TimeUnit.NANOSECONDS)
          .startSpan()
          .end(1_700_000_000_123_456_790L, TimeUnit.NANOSECONDS);
    }

    var span = onlySpan();

    assertThat(span.get("traceId").asText())
        .isEqualTo(parent.getSpanContext().getTraceId())
        .hasSize(32);
    assertThat(span.get("spanId").asText()).hasSize(16);
    assertThat(span.get("parentSpanId").asText()).isEqualTo(parent.getSpanContext().getSpanId());
    assertThat(span.get("name").asText()).isEqualTo("child");
    // 64 bit numbers are texts, since JSON readers take numbers for floating-point ones
    assertThat(span.get("startTimeUnixNano").isTextual()).isTrue();
    assertThat(span.get("startTimeUnixNano").asText()).isEqualTo("1700000000123456789");
    assertThat(span.get("endTimeUnixNano").asText()).isEqualTo("1700000000123456790");
    assertThat(span.get("attributes")).isEmpty();
  }

  @Test
  void aSpanWithoutAParentNamesNone() throws JsonProcessingException {
    span("alone");

    assertThat(onlySpan().has("parentSpanId")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"INTERNAL, 1", "SERVER, 2", "CLIENT, 3", "PRODUCER, 4", "CONSUMER, 5"})
  void aKindIsItsNumber(SpanKind kind, int number) throws JsonProcessingException {
    provider.get("t").spanBuilder("x").setSpanKind(kind).startSpan().end();

    assertThat(onlySpan().get("kind").intValue()).isEqualTo(number);
  }

  @ParameterizedTest
  @CsvSource({"UNSET, 0", "OK, 1", "ERROR, 2"})
  void aStatusIsItsNumber(StatusCode code, int number) throws JsonProcessingException {
    provider.get("t").spanBuilder("x").startSpan().setStatus(code).end();

    assertThat(onlySpan().at("/status/code").intValue()).isEqualTo(number);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "GET /rest/v1/{table}",
        "a\"b\\c",
        "\n\r\t\b\f\u0000\u001f",
        "\u007f\u2028",
        "bøk 😀",
        "},{",
        ",",
        "\"},"
      })
  void anyTextIsReadAsItWas(String text) throws JsonProcessingException {
    provider.get("t").spanBuilder(text).setAttribute("k" + text, text).startSpan().end();

    var span = onlySpan();

    // the library gives a span without a name one of its own
    assertThat(span.get("name").asText()).isEqualTo(spans.getFirst().getName());
    assertThat(span.at("/attributes/0/key").asText()).isEqualTo("k" + text);
    assertThat(span.at("/attributes/0/value/stringValue").asText()).isEqualTo(text);
  }

  /// Half of a pair of characters is no UTF-8: as an escape it is at least JSON.
  @Test
  void halfACharacterDoesNotSpoilTheText() throws JsonProcessingException {
    span("a\ud83dz");

    var json = OtlpJson.of(spans);

    assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(json)).isTrue();
    assertThat(onlySpan().get("name").asText()).isEqualTo("a\ud83dz");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, 42, Long.MAX_VALUE, Long.MIN_VALUE})
  void aWholeNumberIsOne(long number) throws JsonProcessingException {
    provider.get("t").spanBuilder("x").setAttribute("n", number).startSpan().end();

    var value = onlySpan().at("/attributes/0/value");

    assertThat(value.get("intValue").asText()).isEqualTo(Long.toString(number));
    assertThat(value.size()).isEqualTo(1);
  }

  @Test
  void severalAttributesAreOneList() throws JsonProcessingException {
    provider
        .get("t")
        .spanBuilder("x")
        .setAttribute("a", "1")
        .setAttribute("b", 2)
        .setAttribute("c", true)
        .startSpan()
        .end();

    assertThat(onlySpan().get("attributes").findValuesAsText("key"))
        .containsExactlyInAnyOrder("a", "b", "c");
  }

  @Test
  void spansOfOneResourceAreTogether() throws JsonProcessingException {
    span("one");
    provider("other").get("t").spanBuilder("two").startSpan().end();
    span("three");

    var resources = read().get("resourceSpans");

    assertThat(resources).hasSize(2);
    assertThat(names(resources.get(0))).containsExactly("one", "three");
    assertThat(names(resources.get(1))).containsExactly("two");
    assertThat(resources.get(1).at("/resource/attributes/0/key").asText())
        .isEqualTo("service.name");
    assertThat(resources.get(1).at("/resource/attributes/0/value/stringValue").asText())
        .isEqualTo("other");
  }

  @Test
  void withoutSpansThereIsAnEmptyList() throws JsonProcessingException {
    assertThat(read().get("resourceSpans")).isEmpty();
  }

  private static List<String> names(JsonNode resource) {
    var names = new ArrayList<String>();
    resource.at("/scopeSpans/0/spans").forEach(span -> names.add(span.get("name").asText()));
    return names;
  }
}
