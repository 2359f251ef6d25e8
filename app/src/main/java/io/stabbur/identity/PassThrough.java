package io.stabbur.identity;

import io.micronaut.core.annotation.Order;
import io.micronaut.core.order.Ordered;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.http.server.netty.NettyHttpRequest;
import io.stabbur.platform.error.ApiError;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.error.Refused;
import io.stabbur.platform.http.Errors;
import io.stabbur.platform.http.RequestContext;
import io.stabbur.platform.http.proxy.ServerLost;
import io.stabbur.project.PerProject;
import io.stabbur.project.Project;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends requests of parts that a hosted project serves on to it, once the [Gateway] has let them
/// in: whose keys, how many and how large is judged here, everything else there. Bodies and sockets
/// are streamed both ways.
@ServerFilter({"/auth/v1/**", "/storage/v1/**", "/realtime/v1/**", "/functions/v1/**"})
@Order(Ordered.HIGHEST_PRECEDENCE + 1)
final class PassThrough {
  private static final Logger LOG = LoggerFactory.getLogger(PassThrough.class);

  /// Segments that would leave the part on the way, and what some servers take for a slash.
  private static final Pattern LEAVES =
      Pattern.compile("(?i)(^|/|\\\\|%2f|%5c)(\\.|%2e){1,2}(/|\\\\|%2f|%5c|$)|\\\\");

  private static final Executor ELSEWHERE =
      work -> {
        var _ = Thread.ofVirtual().name("hosted").start(work);
      };

  private final HostedKeys keys;
  private final ClientAddress addresses;
  private final Errors errors;
  private final PerProject<HostedProject> hosted = new PerProject<>(HostedProject::new);

  PassThrough(HostedKeys keys, ClientAddress addresses, Errors errors) {
    this.keys = keys;
    this.addresses = addresses;
    this.errors = errors;
  }

  @RequestFilter
  @Nullable CompletionStage<Optional<HttpResponse<?>>> sendOn(HttpRequest<?> request) {
    var caller = RequestContext.of(request).get(Caller.class);
    if (caller.isEmpty() || !caller.get().project().settings().sendsOn(request.getPath())) {
      return null;
    }
    return sent(request, caller.get())
        .exceptionally(failure -> errors.render(request, error(failure, caller.get().project())))
        .thenApply(answer -> Optional.<HttpResponse<?>>of(answer));
  }

  private CompletionStage<HttpResponse<?>> sent(HttpRequest<?> request, Caller caller) {
    try {
      requireMethod(request);
      requirePart(request);
      keys.requireBrought(request, caller.project());
      var to = hosted.of(caller.project());
      var passage = new Passage(request, caller, to, addresses.of(request));
      return to.server().isResolved()
          ? passage.start()
          : CompletableFuture.supplyAsync(to.server()::resolve, ELSEWHERE)
              .thenCompose(_ -> passage.start());
    } catch (ApiException e) {
      return CompletableFuture.failedStage(e);
    }
  }

  /// A tunnel (CONNECT) would lead past every rule of here, and an echo (TRACE) would tell what is
  /// added on the way.
  private static void requireMethod(HttpRequest<?> request) {
    var method = request.getMethodName();
    if (method.equals("CONNECT") || method.equals("TRACE")) {
      throw new ApiException(new Failure.MethodNotAllowed(method));
    }
  }

  private static void requirePart(HttpRequest<?> request) {
    var target = ((NettyHttpRequest<?>) request).getNativeRequest().uri();
    int query = target.indexOf('?');
    if (!target.startsWith("/")
        || LEAVES.matcher(query < 0 ? target : target.substring(0, query)).find()) {
      throw new ApiException(new Failure.Malformed("The path is not sent on as it is written"));
    }
  }

  private static ApiError error(Throwable failure, Project project) {
    var cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return switch (cause) {
      case ApiException known -> known.error();
      case ServerLost _ -> {
        LOG.warn("The hosted project of {} cannot be reached.", project.name());
        yield new Refused(
            503,
            "hosted_unavailable",
            "The hosted project that serves this part cannot be reached");
      }
      case null, default -> {
        LOG.error("A request was not sent on to the hosted project.", cause);
        yield new Failure.Internal();
      }
    };
  }
}
