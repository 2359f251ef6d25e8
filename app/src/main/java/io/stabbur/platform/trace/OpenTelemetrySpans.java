package io.stabbur.platform.trace;

import io.micronaut.http.HttpRequest;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.IdGenerator;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanLimits;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.time.Duration;
import java.util.HashMap;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Spans by the SDK of OpenTelemetry, sent in batches by OTLP over HTTP. A collector that is away
/// delays nothing: at most 2,048 spans wait, and more are dropped. Of a request that is not taken
/// nothing is made but what its calls to others pass on.
final class OpenTelemetrySpans implements Traces.Spans, AutoCloseable {
  private static final Duration EVERY = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
  private static final int SERVER_FAILURE = 500;
  private static final int LONGEST_VALUE = 128;

  private final SdkTracerProvider provider;
  private final Tracer tracer;
  private final OwnShare share;

  private OpenTelemetrySpans(SdkTracerProvider provider, OwnShare share) {
    this.provider = provider;
    this.tracer = provider.get("io.stabbur");
    this.share = share;
  }

  static OpenTelemetrySpans sentTo(TracingSettings settings) {
    return new OpenTelemetrySpans(
        SdkTracerProvider.builder()
            .setResource(
                Resource.create(
                    Attributes.of(AttributeKey.stringKey("service.name"), settings.service())))
            // what is not taken does not come here: anybody may send the header, and choose its
            // flag and its trace id; it joins a trace, and makes us send neither more nor less
            .setSampler(Sampler.alwaysOn())
            .setSpanLimits(SpanLimits.builder().setMaxAttributeValueLength(LONGEST_VALUE).build())
            .addSpanProcessor(
                BatchSpanProcessor.builder(new OtlpExporter(settings))
                    .setScheduleDelay(EVERY)
                    .build())
            .build(),
        new OwnShare(settings.share()));
  }

  @Override
  public Traces.RequestSpan request(HttpRequest<?> request) {
    if (!share.takes()) {
      return new Passing(request);
    }
    var parent =
        W3CTraceContextPropagator.getInstance()
            .extract(Context.root(), request, Headers.OF_REQUEST);
    return new Root(
        tracer
            .spanBuilder(method(request.getMethodName()))
            .setParent(parent)
            .setSpanKind(SpanKind.SERVER)
            .startSpan());
  }

  /// A method is a client's word as anything else.
  private static String method(String name) {
    return METHODS.contains(name) ? name : "_OTHER";
  }

  @Override
  public Section section(String name, Traces.@Nullable RequestSpan request) {
    if (request instanceof Passing passing) {
      return passing;
    }
    var current = Context.current();
    if (Span.fromContext(current).getSpanContext().isValid()) {
      return entered(name, current);
    }
    return request instanceof Root(var span)
        ? entered(name, Context.root().with(span))
        : Section.NONE;
  }

  @Override
  public Section work(String name) {
    return share.takes() ? entered(name, Context.root()) : Section.NONE;
  }

  /// Its scope ends with the section.
  @SuppressWarnings("MustBeClosedChecker")
  private Section entered(String name, Context parent) {
    var span = tracer.spanBuilder(name).setParent(parent).startSpan();
    return new Open(span, span.makeCurrent());
  }

  @Override
  public Section call(String name, Traces.RequestSpan request) {
    return switch (request) {
      case Root(var span) ->
          new Open(
              tracer
                  .spanBuilder(name)
                  .setParent(Context.root().with(span))
                  .setSpanKind(SpanKind.CLIENT)
                  .startSpan(),
              null);
      case Passing passing -> passing;
      default -> Section.NONE;
    };
  }

  /// Sends what waits.
  @Override
  public void close() {
    var _ = provider.shutdown().join(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
  }

  private record Root(Span span) implements Traces.RequestSpan {
    @Override
    public void answered(String asked, String route, int status, String project) {
      var method = method(asked);
      var name = route.isEmpty() ? method : method + ' ' + route;
      span.updateName(name)
          .setAttribute("http.request.method", method)
          .setAttribute("http.response.status_code", status);
      if (!route.isEmpty()) {
        span.setAttribute("http.route", route);
      }
      if (!project.isEmpty()) {
        span.setAttribute("stabbur.project", project);
      }
      if (status >= SERVER_FAILURE) {
        span.setAttribute("error.type", Integer.toString(status)).setStatus(StatusCode.ERROR);
      }
      span.end();
    }
  }

  /// A request that is not taken, and each of its calls to somebody else: they are in the same
  /// trace, with the word that nothing of it is sent here.
  record Passing(HttpRequest<?> request) implements Traces.RequestSpan, Section {
    @Override
    public void answered(String asked, String route, int status, String project) {}

    @Override
    public Section put(String name, String value) {
      return this;
    }

    @Override
    public Section put(String name, long value) {
      return this;
    }

    @Override
    public void fail(String type) {}

    @Override
    public String traceparent() {
      var parent =
          Span.fromContext(
                  W3CTraceContextPropagator.getInstance()
                      .extract(Context.root(), request, Headers.OF_REQUEST))
              .getSpanContext();
      var ids = IdGenerator.random();
      var trace = parent.isValid() ? parent.getTraceId() : ids.generateTraceId();
      return "00-" + trace + '-' + ids.generateSpanId() + "-00";
    }

    @Override
    public void close() {}
  }

  private record Open(Span span, @Nullable Scope scope) implements Section {
    @Override
    public Section put(String name, String value) {
      span.setAttribute(name, value);
      return this;
    }

    @Override
    public Section put(String name, long value) {
      span.setAttribute(name, value);
      return this;
    }

    @Override
    public void fail(String type) {
      span.setAttribute("error.type", type).setStatus(StatusCode.ERROR);
    }

    @Override
    public @Nullable String traceparent() {
      var headers = new HashMap<String, String>();
      W3CTraceContextPropagator.getInstance()
          .inject(
              Context.root().with(span),
              headers,
              (carrier, name, value) -> Objects.requireNonNull(carrier).put(name, value));
      return headers.get("traceparent");
    }

    @Override
    public void close() {
      if (scope != null) {
        scope.close();
      }
      span.end();
    }
  }

  /// The headers of a request.
  private enum Headers implements TextMapGetter<HttpRequest<?>> {
    OF_REQUEST;

    @Override
    public Iterable<String> keys(HttpRequest<?> request) {
      return request.getHeaders().names();
    }

    @Override
    public @Nullable String get(@Nullable HttpRequest<?> request, String name) {
      return request == null ? null : request.getHeaders().get(name);
    }
  }
}
