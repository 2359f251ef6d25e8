package io.stabbur.data.reply;

import io.stabbur.data.error.DataError;
import io.stabbur.data.error.DataError.RangeProblem;
import io.stabbur.data.plan.DataPlan;
import io.stabbur.data.plan.WritePlan;
import io.stabbur.data.reply.Reply.Header;
import io.stabbur.data.request.DataRequest;
import io.stabbur.data.request.DataRequest.Profile;
import io.stabbur.data.request.Intent;
import io.stabbur.data.request.Media;
import io.stabbur.data.request.Preferences;
import io.stabbur.data.request.Preferences.Resolution;
import io.stabbur.data.request.Preferences.Return;
import io.stabbur.data.request.Preferences.Spelled;
import io.stabbur.platform.http.PercentEncoding;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Writes the answer to a plan that was carried out.
public final class ReplyWriter {
  private static final String LEGACY =
      "Embedded resource was referenced by relation name even though it has an alias. This is"
          + " deprecated and will stop working in a future release. Update ";

  private final Function<DataError, byte[]> errorBodies;

  /// @param errorBodies how an error that takes the place of a body is written
  public ReplyWriter(Function<DataError, byte[]> errorBodies) {
    this.errorBodies = errorBodies;
  }

  public Reply write(DataPlan.Rows plan, DataRequest request, Outcome outcome) {
    var reply =
        plan.answer().media() instanceof Media.Plan
            ? explained(plan, request, outcome)
            : switch (plan) {
              case DataPlan.Read read -> read(read, request, outcome);
              case DataPlan.Write write -> write(write, request, outcome);
              case DataPlan.Call call -> call(call, request, outcome);
            };
    return withWarning(GucSettings.apply(reply, outcome), plan.legacyNames());
  }

  private static Reply withWarning(Reply reply, List<DataPlan.LegacyName> names) {
    if (names.isEmpty()) {
      return reply;
    }
    var changes = names.stream().map(n -> "`" + n.relation() + "` to `" + n.alias() + "`").toList();
    var warning =
        LEGACY + String.join(", ", changes) + " in query string filters, orders or limits.";
    return reply.with("Warning", "299 PostgRESTv" + Version.SPOKEN + " \"" + warning + "\"");
  }

  private static Reply explained(DataPlan.Rows plan, DataRequest request, Outcome outcome) {
    return Reply.of(200, contentType(new ArrayList<>(), plan, request), outcome.body());
  }

  private static List<Header> contentType(
      List<Header> headers, DataPlan.Rows plan, DataRequest request) {
    headers.add(new Header("Content-Type", plan.answer().media().contentType()));
    if (request.profile() == Profile.NAMED) {
      headers.add(new Header("Content-Profile", request.schema()));
    }
    return headers;
  }

  // reads

  private Reply read(DataPlan.Read plan, DataRequest request, Outcome outcome) {
    var headers = new ArrayList<Header>();
    var status = pageStatus(request, outcome, headers);
    var canonical = request.query().canonical();
    headers.add(
        new Header(
            "Content-Location",
            "/" + plan.relation().name() + (canonical.isEmpty() ? "" : "?" + canonical)));
    contentType(headers, plan, request);
    applied(headers, plan, request);
    return page(status, headers, request, outcome, plan.body() == Intent.Body.HEADERS_ONLY);
  }

  private Reply page(
      int status, List<Header> headers, DataRequest request, Outcome outcome, boolean bodiless) {
    if (bodiless) {
      return Reply.bodiless(status, headers);
    }
    return status == 416
        ? Reply.of(status, headers, beyond(request, outcome))
        : Reply.of(status, headers, outcome.body());
  }

  private byte[] beyond(DataRequest request, Outcome outcome) {
    var total = outcome.total() == null ? 0 : outcome.total();
    return errorBodies.apply(
        new DataError.RangeUnsatisfiable(
            new RangeProblem.OutOfBounds(request.range().offset(), total)));
  }

  private static int pageStatus(DataRequest request, Outcome outcome, List<Header> headers) {
    var first = request.range().offset();
    var last = first + outcome.page() - 1;
    headers.add(contentRange(first, last, outcome.total()));
    if (outcome.total() == null) {
      return 200;
    }
    if (first > outcome.total()) {
      return 416;
    }
    return outcome.page() < outcome.total() ? 206 : 200;
  }

  private static Header contentRange(long first, long last, @Nullable Long total) {
    var some = first <= last && (total == null || total != 0);
    var range = some ? first + "-" + last : "*";
    return new Header("Content-Range", range + "/" + (total == null ? "*" : total));
  }

  // writes

  private static Reply write(DataPlan.Write plan, DataRequest request, Outcome outcome) {
    return switch (plan.intent()) {
      case Intent.Update _ -> {
        var headers = new ArrayList<Header>();
        headers.add(contentRange(0, outcome.page() - 1, counted(request, outcome)));
        yield changed(plan, request, outcome, headers, 200);
      }
      case Intent.Delete _ -> {
        var headers = new ArrayList<Header>();
        headers.add(contentRange(1, 0, counted(request, outcome)));
        yield changed(plan, request, outcome, headers, 200);
      }
      case Intent.Upsert _ -> {
        var isInserted = outcome.inserted() != null && outcome.inserted() > 0;
        yield changed(plan, request, outcome, new ArrayList<>(), isInserted ? 201 : 200);
      }
      case Intent.Insert _ -> inserted(plan, request, outcome);
    };
  }

  private static @Nullable Long counted(DataRequest request, Outcome outcome) {
    return request.countsExactly() ? Long.valueOf(outcome.page()) : null;
  }

  private static Reply changed(
      DataPlan.Write plan, DataRequest request, Outcome outcome, List<Header> headers, int status) {
    if (!request.preferences().wantsRows()) {
      applied(headers, plan, request);
      return Reply.bodiless(204, headers);
    }
    contentType(headers, plan, request);
    applied(headers, plan, request);
    return Reply.of(status, headers, outcome.body());
  }

  private static Reply inserted(DataPlan.Write plan, DataRequest request, Outcome outcome) {
    var headers = new ArrayList<Header>();
    if (!outcome.location().isEmpty()) {
      headers.add(new Header("Location", location(plan, outcome)));
    }
    headers.add(contentRange(1, 0, counted(request, outcome)));
    applied(headers, plan, request);
    var merged =
        (outcome.inserted() == null || outcome.inserted() <= 0)
            && request.preferences().resolution() == Resolution.MERGE;
    var status = merged ? 200 : 201;
    if (request.preferences().representation() != Return.REPRESENTATION) {
      return Reply.empty(status, headers);
    }
    return Reply.of(status, contentType(headers, plan, request), outcome.body());
  }

  private static String location(DataPlan.Write plan, Outcome outcome) {
    var parts =
        outcome.location().stream()
            .map(
                pair -> {
                  var equals = pair.indexOf('=');
                  return PercentEncoding.encode(pair.substring(0, equals))
                      + "="
                      + PercentEncoding.encode(pair.substring(equals + 1));
                })
            .toList();
    return "/" + plan.relation().name().name() + "?" + String.join("&", parts);
  }

  // calls

  private Reply call(DataPlan.Call plan, DataRequest request, Outcome outcome) {
    var headers = new ArrayList<Header>();
    var status = pageStatus(request, outcome, headers);
    if (plan.call().routine().returns().isVoid()) {
      applied(headers, plan, request);
      return Reply.bodiless(204, headers);
    }
    contentType(headers, plan, request);
    applied(headers, plan, request);
    return page(status, headers, request, outcome, plan.verb() == Intent.CallVerb.HEAD);
  }

  // preferences that were applied

  private static void applied(List<Header> headers, DataPlan.Rows plan, DataRequest request) {
    if (request.preferences().equals(Preferences.NONE)) {
      return;
    }
    var said = request.preferences();
    var applied = new ArrayList<String>();
    var insert = plan instanceof DataPlan.Write write && write.intent() instanceof Intent.Insert;
    var update = plan instanceof DataPlan.Write write && write.intent() instanceof Intent.Update;
    if (insert && resolves((DataPlan.Write) plan, request)) {
      add(applied, said.resolution());
    }
    if (insert || update) {
      add(applied, said.missing());
    }
    if (plan instanceof DataPlan.Write) {
      add(applied, said.representation());
    }
    add(applied, said.count());
    add(applied, said.end());
    add(applied, said.handling());
    if (said.timezone() != null) {
      applied.add("timezone=" + said.timezone());
    }
    if (said.maxAffected() != null && said.isStrict() && limits(plan)) {
      applied.add("max-affected=" + said.maxAffected());
    }
    if (!applied.isEmpty()) {
      headers.add(new Header("Preference-Applied", String.join(", ", applied)));
    }
  }

  private static boolean resolves(DataPlan.Write plan, DataRequest request) {
    return request.query().onConflict() != null
        || (plan.change() instanceof WritePlan.Insert insert && !insert.key().isEmpty());
  }

  private static boolean limits(DataPlan.Rows plan) {
    return switch (plan) {
      case DataPlan.Read _ -> false;
      case DataPlan.Write write ->
          write.intent() instanceof Intent.Update || write.intent() instanceof Intent.Delete;
      case DataPlan.Call _ -> true;
    };
  }

  private static void add(List<String> applied, @Nullable Spelled preference) {
    if (preference != null) {
      applied.add(preference.spelling());
    }
  }

  /// The verbs of a resource.
  public static Reply options(DataPlan.Options plan) {
    return Reply.empty(
        200,
        List.of(new Header("Access-Control-Allow-Origin", "*"), new Header("Allow", plan.allow())));
  }
}
