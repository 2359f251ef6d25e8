package io.stabbur.platform.trace;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.context.ServerRequestContext;
import io.stabbur.platform.http.RequestContext;
import org.jspecify.annotations.Nullable;

/// The way for every room to say what it spends time on. While traces are off, each question costs
/// one volatile read, and no class of the SDK is loaded.
///
/// The sections of a request are children of its own, also on other threads that work for it; those
/// of work that no request waits for, of that work.
public final class Traces {
  private static volatile @Nullable Spans spans;

  private Traces() {}

  /// Makes spans. [OpenTelemetrySpans] does.
  interface Spans {
    /// The span of a request that begins, under what its headers say.
    RequestSpan request(HttpRequest<?> request);

    /// A span below the one of this thread, or below that of the request; current on this thread
    /// until it is closed. [Section#NONE] where there is neither.
    Section section(String name, @Nullable RequestSpan request);

    /// A span of a trace of its own; current on this thread until it is closed.
    Section work(String name);

    /// A span below that of the request, current on no thread.
    Section call(String name, RequestSpan request);
  }

  /// The span of a request, and what becomes of it.
  ///
  /// One that is not taken is [OpenTelemetrySpans.Passing].
  public interface RequestSpan {
    void answered(String method, String route, int status, String project);
  }

  static void use(Spans made) {
    spans = made;
  }

  static void stop(Spans made) {
    if (made.equals(spans)) {
      spans = null;
    }
  }

  /// Begins the span of a request.
  public static void begin(HttpRequest<?> request) {
    var source = spans;
    if (source != null) {
      var context = RequestContext.of(request);
      if (context.get(RequestSpan.class).isEmpty()) {
        context.put(RequestSpan.class, source.request(request));
      }
    }
  }

  /// Ends it.
  ///
  /// @param route the template of the route, with names of tables and functions that are known
  public static void end(HttpRequest<?> request, String route, int status, String project) {
    if (spans != null) {
      RequestContext.of(request)
          .get(RequestSpan.class)
          .ifPresent(span -> span.answered(request.getMethodName(), route, status, project));
    }
  }

  /// A part of the work for the request of this thread.
  public static Section section(String name) {
    var source = spans;
    return source == null
        ? Section.NONE
        : source.section(
            name,
            ServerRequestContext.currentRequest()
                .flatMap(request -> RequestContext.of(request).get(RequestSpan.class))
                .orElse(null));
  }

  /// Work that no request waits for, such as that of a chore: a trace of its own.
  public static Section work(String name) {
    var source = spans;
    return source == null ? Section.NONE : source.work(name);
  }

  /// A call to somebody else for a request, which may end on any thread.
  public static Section call(String name, HttpRequest<?> request) {
    var source = spans;
    return source == null
        ? Section.NONE
        : RequestContext.of(request)
            .get(RequestSpan.class)
            .map(span -> source.call(name, span))
            .orElse(Section.NONE);
  }
}
