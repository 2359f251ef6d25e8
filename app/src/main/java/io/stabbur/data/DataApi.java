package io.stabbur.data;

import io.stabbur.data.error.DataError;
import io.stabbur.data.error.DataError.Standing;
import io.stabbur.data.plan.DataPlan;
import io.stabbur.data.reply.Reply;
import io.stabbur.data.reply.ReplyWriter;
import io.stabbur.data.request.Incoming;
import io.stabbur.data.request.Intent;
import io.stabbur.identity.Caller;
import io.stabbur.identity.GatewaySettings;
import io.stabbur.identity.KnownPath;
import io.stabbur.platform.http.RequestContext;
import io.stabbur.project.PerProject;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.util.Optional;

/// The pipeline: words, plan, statement, rows, words.
@Singleton
final class DataApi {
  private static final String ROOT = "/rest/v1/";

  private final PerProject<DataRoom> rooms;
  private final GatewaySettings gateway;

  DataApi(DataSettings settings, GatewaySettings gateway, SettingMeters meters) {
    this.rooms = new PerProject<>(project -> new DataRoom(project, settings, meters.of(project)));
    this.gateway = gateway;
  }

  DataRoom room(Project project) {
    return rooms.of(project);
  }

  Reply answer(
      DataRoom.Current current,
      Incoming incoming,
      Caller caller,
      Stopwatch watch,
      RequestContext context) {
    var request = current.parser().parse(incoming);
    watch.lap("parse");
    var plan = current.planner().plan(request, current.catalog());
    path(request.intent()).ifPresent(path -> context.put(KnownPath.class, new KnownPath(path)));
    watch.lap("plan");
    var executor = new Executor(current, caller, standing(caller));
    var reply =
        switch (plan) {
          case DataPlan.Options options -> ReplyWriter.options(options);
          case DataPlan.Describe describe ->
              new Describer(current, executor).describe(describe, request, incoming);
          case DataPlan.Rows rows -> {
            var outcome = executor.run(rows, request, incoming);
            watch.lap("transaction");
            yield new ReplyWriter(e -> errorBody(e, current.rules())).write(rows, request, outcome);
          }
        };
    return watch.addTo(executor.signed(reply), current.rules());
  }

  /// Of what is in the catalog, because it was planned.
  private static Optional<String> path(Intent intent) {
    return switch (intent) {
      case Intent.Read read -> Optional.of(ROOT + read.relation());
      case Intent.Write write -> Optional.of(ROOT + write.relation());
      case Intent.Call call -> Optional.of(ROOT + "rpc/" + call.routine());
      case Intent.Describe _,
          Intent.RelationOptions _,
          Intent.RoutineOptions _,
          Intent.RootOptions _ ->
          Optional.empty();
    };
  }

  private static byte[] errorBody(DataError error, DataRules rules) {
    return ErrorBody.of(ErrorTexts.of(error), rules.errors());
  }

  private Standing standing(Caller caller) {
    return caller.role().equals(gateway.anonRole()) ? Standing.ANONYMOUS : Standing.KNOWN;
  }
}
