package io.stabbur.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.NginxProxy;
import io.stabbur.testing.TestServer;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The S3 clients that are installed on this machine, fifteen operations each: `s3-tools.py` drives
/// them and prints a table.
@Tag("nightly")
class S3ToolsTest {
  private static final List<String> TOOLS = List.of("aws", "rclone", "s3cmd", "mc");

  private static boolean isInstalled(String tool) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
  }

  private static boolean hasBoto3() throws IOException, InterruptedException {
    return isInstalled("python3")
        && new ProcessBuilder("python3", "-c", "import boto3").start().waitFor() == 0;
  }

  @Test
  void eachToolDoesWhatPeopleUseItFor() throws IOException, InterruptedException {
    int s3 = TestServer.freePort();
    try (var server = TestServer.start(Map.of("stabbur.storage.endpoint-port", s3))) {
      requireAll(server, server.url(), s3);
    }
  }

  @Test
  void eachToolDoesTheSameBehindAProxyWithAPrefix() throws IOException, InterruptedException {
    int outside = TestServer.freePort();
    int outsideS3 = TestServer.freePort();
    int s3 = TestServer.freePort();
    var url = "http://127.0.0.1:" + outside + "/backend";
    try (var server =
            TestServer.start(
                Map.of(
                    "stabbur.public-url", url,
                    "stabbur.auth.trusted-proxies", 1,
                    "stabbur.storage.endpoint-port", s3));
        var _ =
            new NginxProxy(
                outside, "/backend", URI.create(server.url()).getPort(), outsideS3, s3)) {
      requireAll(server, url, outsideS3);
    }
  }

  private static void requireAll(TestServer server, String url, int s3)
      throws IOException, InterruptedException {
    assertThat(hasBoto3()).as("Python has boto3: pip install boto3").isTrue();
    var tools = new ArrayList<>(TOOLS.stream().filter(S3ToolsTest::isInstalled).toList());
    tools.add("boto3");
    var script =
        TestServer.repository().resolve("app/src/test/resources/io/stabbur/storage/s3-tools.py");
    var root = "http://127.0.0.1:" + s3;
    var command =
        new ArrayList<>(List.of("python3", script.toString(), url + "/storage/v1/s3", root));
    command.addAll(tools);
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    var keys = server.project().keys();
    builder.environment().put("AWS_ACCESS_KEY_ID", keys.s3AccessKeyId().reveal());
    builder.environment().put("AWS_SECRET_ACCESS_KEY", keys.s3SecretAccessKey().reveal());
    var log = Files.createTempFile("s3-tools", ".txt");
    var process = builder.redirectOutput(log.toFile()).start();
    assertThat(process.waitFor(10, TimeUnit.MINUTES)).isTrue();
    var table = Files.readString(log);
    System.out.println(table);

    int all = 15 * tools.size();
    assertThat(table).contains("%d of %d operations".formatted(all, all));
  }
}
