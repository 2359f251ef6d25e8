package io.stabbur.data;

import io.stabbur.data.catalog.CatalogScope;
import io.stabbur.data.catalog.Name;
import io.stabbur.data.plan.PlanRules;
import io.stabbur.data.plan.PlanRules.Permission;
import io.stabbur.data.plan.PlanRules.TargetNames;
import io.stabbur.data.request.Preferences.EndChoice;
import io.stabbur.data.request.RequestRules;
import io.stabbur.platform.db.Batch.Ending;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The settings in force for one project: those of the appliance, overridden by what the
/// environment and the database say in PostgREST's words.
record DataRules(
    RequestRules request,
    PlanRules plan,
    CatalogScope scope,
    @Nullable Name preRequest,
    Ending ending,
    Description description,
    Verbosity errors,
    Timing timing,
    PlannedCounts plannedCounts,
    @Nullable String traceHeader,
    Map<String, String> appSettings) {

  enum Verbosity {
    VERBOSE,
    MINIMAL
  }

  enum Timing {
    SHOWN,
    HIDDEN
  }

  /// What `count=planned` and `count=estimated` answer where policies hide rows.
  public enum PlannedCounts {
    /// The number of the caller's own rows, up to a bound.
    OWN_ROWS,
    /// The planner's estimate for all rows, as PostgREST does.
    PLANNER
  }

  /// @param url the address to give
  record Description(Audience audience, Permission security, URI url) {}

  /// Whose view of a schema is described.
  enum Audience {
    THE_ROLE,
    EVERYBODY
  }

  private static final List<String> HOISTED =
      List.of(
          "statement_timeout", "plan_filter.statement_cost_limit", "default_transaction_isolation");

  /// Beside `commit` and `follow-privileges`.
  private static final String[] TX_ENDS = {
    "commit-allow-override", "rollback", "rollback-allow-override"
  };

  private static final String[] OPENAPI_MODES = {"ignore-privileges", "disabled"};

  /// @param address where clients find the API if nothing else is said
  /// @throws InvalidSetting when a value is none its setting can have
  static DataRules of(PostgrestKeys keys, URI address) {
    var schemas = keys.list("db-schemas", List.of("public"));
    var txEnd = keys.oneOf("db-tx-end", "commit", TX_ENDS);
    var mode = keys.oneOf("openapi-mode", "follow-privileges", OPENAPI_MODES);
    return new DataRules(
        new RequestRules(
            schemas,
            keys.optional("db-root-spec"),
            mode.equals("disabled")
                ? RequestRules.Description.DISABLED
                : RequestRules.Description.SERVED,
            txEnd.endsWith("-allow-override") ? EndChoice.ALLOWED : EndChoice.REFUSED),
        new PlanRules(
            keys.number("db-max-rows"),
            keys.permission("db-aggregates-enabled"),
            keys.permission("db-plan-enabled"),
            keys.flag("url-use-legacy-target-names", true)
                ? TargetNames.ALIAS_OR_RELATION
                : TargetNames.ALIAS,
            keys.flag("db-unfiltered-writes", true) ? Permission.GRANTED : Permission.REFUSED,
            new PlanRules.EmbedLimits(
                keys.count("db-max-embeds"), keys.count("db-max-embed-depth"))),
        new CatalogScope(
            schemas,
            keys.list("db-extra-search-path", List.of("public")),
            keys.list("db-hoisted-tx-settings", HOISTED)),
        keys.name("db-pre-request"),
        txEnd.startsWith("rollback") ? Ending.ROLLBACK : Ending.COMMIT,
        new Description(
            mode.equals("ignore-privileges") ? Audience.EVERYBODY : Audience.THE_ROLE,
            keys.permission("openapi-security-active"),
            keys.address("openapi-server-proxy-uri", address)),
        keys.oneOf("client-error-verbosity", "verbose", "minimal").equals("minimal")
            ? Verbosity.MINIMAL
            : Verbosity.VERBOSE,
        keys.flag("server-timing-enabled", false) ? Timing.SHOWN : Timing.HIDDEN,
        keys.text("db-planned-counts", "own-rows").equals("planner")
            ? PlannedCounts.PLANNER
            : PlannedCounts.OWN_ROWS,
        keys.optional("server-trace-header"),
        keys.appSettings());
  }
}
