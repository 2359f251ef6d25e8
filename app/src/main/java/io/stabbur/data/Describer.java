package io.stabbur.data;

import io.stabbur.data.catalog.Relation;
import io.stabbur.data.catalog.Routine;
import io.stabbur.data.plan.DataPlan;
import io.stabbur.data.reply.OpenApi;
import io.stabbur.data.reply.OpenApiAddress;
import io.stabbur.data.reply.Reply;
import io.stabbur.data.reply.Reply.Header;
import io.stabbur.data.request.DataRequest;
import io.stabbur.data.request.DataRequest.Profile;
import io.stabbur.data.request.Incoming;
import io.stabbur.data.request.Intent;
import io.stabbur.data.request.Media;
import io.stabbur.platform.db.Batch;
import io.stabbur.platform.db.Results;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.platform.sql.Statement;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Answers the root: a description of the schema, of what the caller may see or of all there is.
final class Describer {
  private static final String RELATIONS = SqlFile.of(Describer.class, "visible_relations");
  private static final String ROUTINES = SqlFile.of(Describer.class, "visible_routines");
  private static final String COMMENT =
      "select pg_catalog.obj_description(oid, 'pg_namespace') from pg_catalog.pg_namespace where nspname = ?";

  private final DataRoom.Current current;
  private final Executor executor;

  Describer(DataRoom.Current current, Executor executor) {
    this.current = current;
    this.executor = executor;
  }

  /// What the caller may see of a schema.
  private record Sight(Set<String> relations, Set<Long> routines, @Nullable String comment) {}

  Reply describe(DataPlan.Describe plan, DataRequest request, Incoming incoming) {
    var sight = executor.exchange(plan, incoming, request, batch(plan), Describer::sight);
    var headers = new ArrayList<Header>();
    headers.add(new Header("Content-Type", Media.Known.OPEN_API.contentType()));
    if (request.profile() == Profile.NAMED) {
      headers.add(new Header("Content-Profile", plan.schema()));
    }
    if (plan.body() == Intent.Body.HEADERS_ONLY) {
      return Reply.bodiless(200, headers);
    }
    return Reply.of(200, headers, document(plan, sight));
  }

  private byte[] document(DataPlan.Describe plan, Sight sight) {
    var description = current.rules().description();
    var address = OpenApiAddress.of(description.url());
    return new OpenApi(current.catalog(), address, description.security())
        .document(relations(plan.schema(), sight), routines(plan.schema(), sight), sight.comment)
        .getBytes(StandardCharsets.UTF_8);
  }

  private static Batch batch(DataPlan.Describe plan) {
    return new Batch(
        List.of(
            Statement.of(RELATIONS, plan.schema()),
            Statement.of(ROUTINES, plan.schema()),
            Statement.of(COMMENT, plan.schema())),
        null,
        Batch.Ending.COMMIT);
  }

  private static Sight sight(Results results) throws SQLException {
    Set<String> relations = new HashSet<>();
    Set<Long> routines = new HashSet<>();
    results.read(
        rows -> {
          while (rows.next()) {
            relations.add(rows.getString(1));
          }
          return relations;
        });
    results.read(
        rows -> {
          while (rows.next()) {
            routines.add(rows.getLong(1));
          }
          return routines;
        });
    var comment = results.read(rows -> Optional.ofNullable(rows.next() ? rows.getString(1) : null));
    return new Sight(relations, routines, comment.orElse(null));
  }

  private boolean seesAll() {
    return current.rules().description().audience() == DataRules.Audience.EVERYBODY;
  }

  private List<Relation> relations(String schema, Sight sight) {
    return current.catalog().relations().values().stream()
        .filter(r -> r.name().schema().equals(schema))
        .filter(r -> seesAll() || sight.relations.contains(r.name().name()))
        .sorted(Comparator.comparing(Relation::name))
        .toList();
  }

  private List<Routine> routines(String schema, Sight sight) {
    return current.catalog().routines().values().stream()
        .flatMap(List::stream)
        .filter(r -> r.name().schema().equals(schema))
        .filter(r -> seesAll() || sight.routines.contains(r.id()))
        .sorted(Comparator.comparing(Routine::name))
        .toList();
  }
}
