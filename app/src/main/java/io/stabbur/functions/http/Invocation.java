package io.stabbur.functions.http;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.MutableHttpResponse;
import io.stabbur.functions.deploy.Deployment;
import io.stabbur.functions.deploy.FunctionName;
import io.stabbur.functions.error.ErrorReply;
import io.stabbur.functions.error.FunctionError;
import io.stabbur.functions.log.LogLine;
import io.stabbur.functions.supervise.Seat;
import io.stabbur.functions.supervise.Verdict;
import io.stabbur.functions.supervise.Worker;
import io.stabbur.identity.Caller;
import io.stabbur.identity.RoomLog;
import io.stabbur.platform.crypto.Unique;
import io.stabbur.platform.error.ApiError;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.http.RequestContext;
import io.stabbur.platform.http.proxy.Exchange;
import io.stabbur.platform.http.proxy.ExchangeWatch;
import io.stabbur.platform.http.proxy.Outgoing;
import io.stabbur.platform.http.proxy.ServerLost;
import io.stabbur.platform.share.FairShare;
import io.stabbur.platform.trace.Section;
import io.stabbur.platform.trace.Traces;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One request to a function.
final class Invocation implements ExchangeWatch, Worker.Overdue {
  private static final int MOST_TRIES = 3;
  private static final String EXECUTION = "x-deno-execution-id";

  /// How long the end of a process may take to be noticed after its connection was lost.
  private static final Duration END_OF_PROCESS = Duration.ofSeconds(2);

  private final Invocations room;
  private final FairShare permits;
  private final HttpRequest<?> request;
  private final Caller caller;
  private final FunctionName name;
  private final RequestPath path;
  private final String execution = Unique.uuid().toString();
  private final long startedAt = System.nanoTime();
  private volatile String version = "-";
  private volatile boolean isAnswered;
  private volatile boolean isCancelled;
  private volatile int status;
  private volatile @Nullable Exchange exchange;
  private final Section section;
  private FairShare.@Nullable Permit permit;
  private @Nullable Seat seat;
  private int tries;

  Invocation(
      Invocations room,
      FairShare permits,
      HttpRequest<?> request,
      Caller caller,
      FunctionName name,
      RequestPath path) {
    this.room = room;
    this.permits = permits;
    this.request = request;
    this.caller = caller;
    this.name = name;
    this.path = path;
    this.section = Traces.call("function", request);
    RequestContext.of(request).put(RoomLog.class, RoomLog.KEPT);
  }

  CompletionStage<MutableHttpResponse<?>> start() {
    return attempt().exceptionallyCompose(this::failed);
  }

  private CompletionStage<MutableHttpResponse<?>> attempt() {
    tries++;
    var now = seatNow();
    return now == null ? later() : send(now);
  }

  /// A process that can be had without waiting.
  private @Nullable Seat seatNow() {
    var project = caller.project();
    var deployment = room.deployments.recent(project, name);
    if (deployment == null) {
      return null;
    }
    admit(deployment);
    var held = permit == null ? permits.tryAcquire(caller.share(), 1).orElse(null) : permit;
    permit = held;
    return held == null ? null : room.supervisors.of(project).trySeat(deployment);
  }

  private void admit(Deployment deployment) {
    version = deployment.version();
    section.put("faas.name", name.text());
    if (deployment.verifyJwt()) {
      room.gate.requireToken(request, caller);
    }
  }

  private CompletionStage<MutableHttpResponse<?>> later() {
    var result = new CompletableFuture<MutableHttpResponse<?>>();
    var _ =
        Thread.ofVirtual()
            .name("function " + name)
            .start(
                () -> {
                  try {
                    var _ =
                        send(await())
                            .whenComplete(
                                (response, failure) -> {
                                  if (failure == null) {
                                    result.complete(response);
                                  } else {
                                    result.completeExceptionally(failure);
                                  }
                                });
                  } catch (RuntimeException | Error e) {
                    result.completeExceptionally(e);
                  }
                });
    return result;
  }

  private Seat await() {
    admit(current());
    if (permit == null) {
      permit = permits.acquire(caller.share(), 1, room.settings.queueTimeout());
    }
    return room.supervisors.of(caller.project()).seat(this::current);
  }

  private Deployment current() {
    return room.deployments
        .find(caller.project(), name)
        .orElseThrow(() -> new ApiException(new FunctionError.NoSuchFunction()));
  }

  private CompletionStage<MutableHttpResponse<?>> send(Seat taken) {
    seat = taken;
    var worker = taken.worker();
    worker.watch(this);
    var sent = worker.server().send(request, new Outgoing(path.uri(), headers()), this);
    exchange = sent;
    return sent.response().thenApply(this::finished);
  }

  private Map<String, String> headers() {
    var forwarded = ForwardedFor.of(request);
    var traceparent = section.traceparent();
    return traceparent == null
        ? Map.of(EXECUTION, execution, "x-forwarded-for", forwarded)
        : Map.of(EXECUTION, execution, "x-forwarded-for", forwarded, "traceparent", traceparent);
  }

  private MutableHttpResponse<?> finished(MutableHttpResponse<?> response) {
    if (response.code() >= 500 && !response.getHeaders().contains("sb-error-code")) {
      response.header("sb-error-code", "EDGE_FUNCTION_ERROR");
    }
    return response.header(EXECUTION, execution);
  }

  /// What the client is told instead; or another attempt, where the process can have seen nothing.
  private CompletionStage<MutableHttpResponse<?>> failed(Throwable failure) {
    var cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (isCancelled) {
      // nobody hears the answer any more; the line of the log is written
      return CompletableFuture.failedStage(new ApiException(new Failure.Unavailable("")));
    }
    if (cause instanceof ServerLost lost && seat != null) {
      if (lost.isRepeatable() && tries < MOST_TRIES) {
        return attempt().exceptionallyCompose(this::failed);
      }
      return seat.worker()
          .ended()
          .copy()
          .completeOnTimeout(Verdict.CRASH, END_OF_PROCESS.toMillis(), TimeUnit.MILLISECONDS)
          .thenCompose(verdict -> refuse(error(verdict)));
    }
    if (cause instanceof ApiException expected) {
      return refuse(expected.error());
    }
    release();
    section.close();
    return CompletableFuture.failedStage(cause);
  }

  private static ApiError error(Verdict verdict) {
    return switch (verdict) {
      case MEMORY, FILES, CPU, WALL_CLOCK -> new FunctionError.LimitReached();
      case BOOT, CRASH -> new FunctionError.Crashed();
      case RETIRED -> new Failure.Unavailable("The server is stopping");
    };
  }

  private CompletionStage<MutableHttpResponse<?>> refuse(ApiError error) {
    release();
    var reply = ErrorReply.of(error);
    if (!(error instanceof FunctionError.NoSuchFunction)) {
      log(reply.status(), reply.code());
    }
    section.close();
    return CompletableFuture.failedStage(new ApiException(error));
  }

  private void release() {
    var held = permit;
    if (held != null) {
      permit = null;
      held.close();
    }
  }

  @Override
  public void head(int code) {
    isAnswered = true;
    status = code;
    worker().answered();
  }

  @Override
  public void progress() {
    worker().progressed();
  }

  @Override
  public void end(Ending ending) {
    var used = seat;
    if (used != null) {
      used.worker().unwatch(this);
      used.close();
    }
    isCancelled = ending == Ending.CANCELLED && !isAnswered;
    // one that was not answered is retried or refused, and logged there
    if (isAnswered || ending == Ending.CANCELLED) {
      release();
      log(isAnswered ? status : 499, ending == Ending.COMPLETE ? null : ending.name());
    }
  }

  private Worker worker() {
    return Objects.requireNonNull(seat).worker();
  }

  @Override
  public boolean check(long now) {
    var running = exchange;
    if (running == null) {
      return false;
    }
    var age = Duration.ofNanos(now - startedAt);
    if (age.compareTo(room.settings.wallClock()) >= 0) {
      running.abort(new ApiException(new FunctionError.LimitReached()));
      return true;
    }
    if (!isAnswered && age.compareTo(room.settings.responseTimeout()) >= 0) {
      // one that computes all the time may get its processor time late, where others have none
      // left; requests of others in the same process are not ended with it
      boolean ends = running.isSent() && Objects.requireNonNull(seat).endIfAloneAndBusy();
      if (!ends) {
        running.abort(new ApiException(new FunctionError.NoResponse()));
      }
      return true;
    }
    return false;
  }

  private void log(int code, @Nullable String error) {
    section.put("http.response.status_code", code);
    if (error != null) {
      section.fail(error);
    }
    section.close();
    var duration = Duration.ofNanos(System.nanoTime() - startedAt);
    room.meters.ended(caller.project().name(), name.text(), code, error, duration);
    long millis = duration.toMillis();
    var line = new LogLine.RequestLine(request.getMethodName(), code, millis, error, 1);
    room.logs
        .of(caller.project())
        .add(
            new LogLine(
                Instant.now(),
                name.text(),
                version,
                code >= 500 ? "error" : "info",
                execution,
                request.getMethodName() + " " + code,
                line));
  }
}
