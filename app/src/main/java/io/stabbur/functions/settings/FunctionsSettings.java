package io.stabbur.functions.settings;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How functions run, under `stabbur.functions`.
///
/// @param deno the Deno 2 program; looked for on the path when absent
/// @param folder functions that a development server serves without a deployment
/// @param memory megabytes of JavaScript heap of one process; its resident size may be 64 more
/// @param cpuTime processor time a process may use without any progress of a response
/// @param wallClock age at which a process is retired, and longest time of one request
/// @param responseTimeout how long a function may take until its response begins
/// @param bootTimeout how long a process may take until it serves
/// @param queueTimeout how long a request waits for a process
/// @param idleAfter how long a process may be unused until it ends
/// @param processes most processes of one project at once
/// @param processesPerFunction most processes of one function
/// @param requests most requests under way in one project
/// @param requestsPerProcess most requests under way in one process
/// @param denyNet hosts and networks that functions may not reach, beside this machine's own
/// @param denyPorts ports that functions may not reach anywhere, such as those that spam is sent by
/// @param importHosts hosts that deployments may import modules from by their address
/// @param temporary megabytes of temporary files of one process
/// @param keepVersions how many versions of a function are kept, beside the one in use
/// @param databaseAccess whether functions get SUPABASE_DB_URL and may reach the database's port
/// @param cronCatchUp how old a planned time of a job may be when it is run
/// @param logAge how long lines of the log are kept
/// @param logRows most lines of the log that are kept
/// @param logRate most lines of one process in ten seconds; further ones are dropped
/// @param logSingle most successful calls in a fifth of a second that are logged one by one; more
///   are counted together
/// @param logPersonal whether mail addresses and long numbers are cut out of lines
@ConfigurationProperties("stabbur.functions")
public record FunctionsSettings(
    @Nullable Path deno,
    @Bindable(defaultValue = "supabase/functions") Path folder,
    @Bindable(defaultValue = "256") int memory,
    @Bindable(defaultValue = "2s") Duration cpuTime,
    @Bindable(defaultValue = "400s") Duration wallClock,
    @Bindable(defaultValue = "150s") Duration responseTimeout,
    @Bindable(defaultValue = "10s") Duration bootTimeout,
    @Bindable(defaultValue = "10s") Duration queueTimeout,
    @Bindable(defaultValue = "60s") Duration idleAfter,
    @Bindable(defaultValue = "40") int processes,
    @Bindable(defaultValue = "4") int processesPerFunction,
    @Bindable(defaultValue = "1024") int requests,
    @Bindable(defaultValue = "128") int requestsPerProcess,
    @Bindable(defaultValue = "169.254.0.0/16,fd00:ec2::254,64:ff9b::a9fe:a9fe")
        List<String> denyNet,
    @Bindable(defaultValue = "25,587") List<Integer> denyPorts,
    @Bindable(
            defaultValue =
                "deno.land,jsr.io,esm.sh,raw.esm.sh,cdn.jsdelivr.net,raw.githubusercontent.com,gist.githubusercontent.com")
        List<String> importHosts,
    @Bindable(defaultValue = "256") int temporary,
    @Bindable(defaultValue = "50") int keepVersions,
    @Bindable(defaultValue = "false") boolean databaseAccess,
    @Bindable(defaultValue = "1m") Duration cronCatchUp,
    @Bindable(defaultValue = "7d") Duration logAge,
    @Bindable(defaultValue = "100000") int logRows,
    @Bindable(defaultValue = "2000") int logRate,
    @Bindable(defaultValue = "200") int logSingle,
    @Bindable(defaultValue = "cut") Personal logPersonal) {

  /// What becomes of mail addresses and long numbers in lines of the log.
  public enum Personal {
    CUT,
    KEPT
  }

  public FunctionsSettings {
    denyNet = List.copyOf(denyNet);
    denyPorts = List.copyOf(denyPorts);
    importHosts = List.copyOf(importHosts);
    int least =
        Math.min(
            Math.min(temporary, processes), Math.min(processesPerFunction, requestsPerProcess));
    if (memory < 32 || Math.min(least, logSingle) < 1) {
      throw new IllegalArgumentException(
          "limits under stabbur.functions must be positive, and memory at least 32");
    }
    if (denyPorts.stream().anyMatch(port -> port < 1 || port > 65535) || keepVersions < 2) {
      throw new IllegalArgumentException(
          "stabbur.functions.deny-ports must be ports, and keep-versions at least 2");
    }
  }
}
