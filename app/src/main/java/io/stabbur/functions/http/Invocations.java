package io.stabbur.functions.http;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.MutableHttpResponse;
import io.stabbur.functions.deploy.Deployments;
import io.stabbur.functions.deploy.FunctionName;
import io.stabbur.functions.error.FunctionError;
import io.stabbur.functions.log.FunctionLogs;
import io.stabbur.functions.settings.FunctionsSettings;
import io.stabbur.functions.supervise.Supervisors;
import io.stabbur.identity.Caller;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.share.FairShare;
import io.stabbur.platform.share.Terms;
import io.stabbur.project.PerProject;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletionStage;

/// The way of a request to a function: its name, the version in use, the token, a permit of the
/// caller's share, a process, and the exchange with it. Where nothing has to be waited for, all of
/// it happens on the event loop of the request.
@Singleton
final class Invocations {
  private static final int QUEUE = 128;

  final Deployments deployments;
  final Supervisors supervisors;
  final TokenGate gate;
  final FunctionLogs logs;
  final InvocationMeters meters;
  final FunctionsSettings settings;
  private final PerProject<FairShare> permits;

  Invocations(
      Deployments deployments,
      Supervisors supervisors,
      TokenGate gate,
      FunctionLogs logs,
      InvocationMeters meters,
      FunctionsSettings settings) {
    this.deployments = deployments;
    this.supervisors = supervisors;
    this.gate = gate;
    this.logs = logs;
    this.meters = meters;
    this.settings = settings;
    var terms =
        new Terms(
            settings.requests(),
            settings.requests() / 3,
            QUEUE,
            "Too many requests to functions are under way");
    this.permits = new PerProject<>(_ -> new FairShare(terms));
  }

  CompletionStage<MutableHttpResponse<?>> call(HttpRequest<?> request, Caller caller) {
    var path = RequestPath.of(request);
    var name =
        FunctionName.parse(path.name())
            .orElseThrow(() -> new ApiException(new FunctionError.NoSuchFunction()));
    return new Invocation(this, permits.of(caller.project()), request, caller, name, path).start();
  }
}
