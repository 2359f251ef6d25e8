package io.stabbur.cli;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.error.StartFailure;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `stabbur cli-profile`: the file with which Supabase's own command finds this Stabbur.
@Command(
    name = "cli-profile",
    description = "Write the profile file with which Supabase's own command finds this Stabbur.")
final class CliProfileCommand implements Callable<Integer> {
  @Mixin ProjectServer server = new ProjectServer();

  @Option(names = "--file", description = "The file to write (default ${DEFAULT-VALUE}).")
  Path file = Path.of("stabbur-profile.yaml");

  @Override
  public Integer call() {
    var profile = server.get("/admin/v1/management/profile");
    try {
      Files.writeString(file, text(profile));
    } catch (IOException e) {
      throw new StartFailure(
          "%s cannot be written; choose another with --file.".formatted(file), e);
    }
    System.out.printf(
        """
        %s is written. Next:
          export SUPABASE_PROFILE=%s
          supabase login --token TOKEN     (make one with `stabbur access-token create NAME`)
          supabase link %s
        """,
        file, file.toAbsolutePath(), RunningServer.text(profile, "project_ref"));
    var fingerprint = RunningServer.text(profile, "fingerprint");
    if (!fingerprint.equals("-")) {
      System.out.printf("The database port's certificate has the SHA-256 %s%n", fingerprint);
    }
    return 0;
  }

  private static String text(JsonNode profile) {
    var url = RunningServer.text(profile, "api_url");
    var text =
        """
        # Project %s: supabase link %s
        name: %s
        api_url: %s
        dashboard_url: %s
        project_host: %s
        """
            .formatted(
                RunningServer.text(profile, "project"),
                RunningServer.text(profile, "project_ref"),
                name(url),
                url,
                url,
                RunningServer.text(profile, "project_host"));
    var pooler = RunningServer.text(profile, "pooler_host");
    return pooler.equals("-") ? text : text + "pooler_host: " + pooler + "\n";
  }

  /// The command keeps a token for each name, so it says which Stabbur this is.
  private static String name(String url) {
    return "stabbur-" + URI.create(url).getAuthority().replaceAll("[^A-Za-z0-9]+", "-");
  }
}
