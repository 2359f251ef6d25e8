package io.stabbur.data;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The data API's settings, under `stabbur.rest`. A database may override most of them with
/// `pgrst.*` settings of the role that logs in.
///
/// @param path where the API is mounted
/// @param schemas schemas served, the default one first
/// @param extraSearchPath schemas whose objects are found without being served
/// @param maxRows most rows of each level of a read; 0 means no limit
/// @param plannedCounts what planned and estimated counts answer where policies hide rows: own-rows
///   or planner
/// @param maxEmbeds most relations that one request embeds; 0 means no limit
/// @param maxEmbedDepth most levels of embedded relations; 0 means no limit but the parser's own
/// @param preRequest a function called in every transaction before its statement
/// @param rootRoutine the function that answers at the root instead of the description
/// @param txEnd how transactions end: commit, rollback, and either with `-allow-override`
/// @param aggregates whether clients may use aggregate functions
/// @param explain whether clients may ask for execution plans
/// @param legacyTargetNames whether an aliased embed may be addressed by its relation's name
/// @param unfilteredWrites whether UPDATE and DELETE without a filter are allowed
/// @param hoistedSettings settings of functions that hold for the whole transaction
/// @param openApiMode what the description shows: follow-privileges, ignore-privileges or disabled
/// @param openApiSecurity whether the description says how to show a token
/// @param openApiUrl the address the description gives; by default the public one
/// @param errorDetails whether errors carry details and hint
/// @param serverTiming whether answers say what took how long
/// @param traceHeader a request header that is repeated in the answer
/// @param channel the channel on which the catalog is told to reload
/// @param listen whether that channel is listened to
/// @param inDatabase whether settings of the login role are read
/// @param preConfig a function called before those settings are read
/// @param largeBody answers of more bytes than this wait for their reader on the disk, not in
///   memory
/// @param spoolLimit most bytes of a project's large answers that wait on the disk together
/// @param adminPort a port of its own for what PostgREST tells operators; none without it
/// @param adminHost the address it listens on
/// @param appSettings settings handed to every transaction as `app.settings.<name>`, each
///   `name=value`
@ConfigurationProperties("stabbur.rest")
public record DataSettings(
    @Bindable(defaultValue = "/rest/v1") String path,
    @Bindable(defaultValue = "public") List<String> schemas,
    @Nullable List<String> extraSearchPath,
    @Bindable(defaultValue = "1000") int maxRows,
    @Bindable(defaultValue = "own-rows") String plannedCounts,
    @Bindable(defaultValue = "50") int maxEmbeds,
    @Bindable(defaultValue = "10") int maxEmbedDepth,
    @Nullable String preRequest,
    @Nullable String rootRoutine,
    @Bindable(defaultValue = "commit") String txEnd,
    @Bindable(defaultValue = "false") boolean aggregates,
    @Bindable(defaultValue = "false") boolean explain,
    @Bindable(defaultValue = "true") boolean legacyTargetNames,
    @Bindable(defaultValue = "true") boolean unfilteredWrites,
    @Nullable List<String> hoistedSettings,
    @Bindable(defaultValue = "follow-privileges") String openApiMode,
    @Bindable(defaultValue = "false") boolean openApiSecurity,
    @Nullable String openApiUrl,
    @Bindable(defaultValue = "true") boolean errorDetails,
    @Bindable(defaultValue = "true") boolean serverTiming,
    @Nullable String traceHeader,
    @Bindable(defaultValue = "pgrst") String channel,
    @Bindable(defaultValue = "true") boolean listen,
    @Bindable(defaultValue = "true") boolean inDatabase,
    @Nullable String preConfig,
    @Bindable(defaultValue = "1000000") int largeBody,
    @Bindable(defaultValue = "2000000000") long spoolLimit,
    @Nullable Integer adminPort,
    @Bindable(defaultValue = "127.0.0.1") String adminHost,
    @Nullable List<String> appSettings) {
  private static final int LONGEST_NAME = 63;

  public DataSettings {
    require(txEnd.matches("(commit|rollback)(-allow-override)?"), "tx-end", txEnd);
    require(
        List.of("follow-privileges", "ignore-privileges", "disabled").contains(openApiMode),
        "open-api-mode",
        openApiMode);
    // what Postgres takes for the name of a channel
    int bytes = channel.getBytes(StandardCharsets.UTF_8).length;
    require(bytes > 0 && bytes <= LONGEST_NAME, "channel", channel);
  }

  private static void require(boolean valid, String name, String value) {
    if (!valid) {
      throw new IllegalArgumentException("stabbur.rest.%s cannot be %s".formatted(name, value));
    }
  }
}
