package io.stabbur.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.control.operator.MachineToken;
import io.stabbur.project.ServerSettings;
import io.stabbur.testing.AtExit;
import io.stabbur.testing.Console;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A server in this JVM with the lock and the note in its data folder that `up` leaves there, and
/// commands run in this JVM that find it by them. What only a process shows (exit of the JVM,
/// signals, the working directory) is in [UpCommandTest] and [LaunchedCommandsTest].
public final class CommandServer {
  private static @Nullable CommandServer shared;

  private final TestServer server;
  private final String data;

  private CommandServer(TestServer server) {
    this.server = server;
    var folder = new DataFolder(server.project().folder());
    folder.claim();
    var properties = Status.of(server.project(), server.url()).properties();
    properties.setProperty(
        DataFolder.OPERATOR_TOKEN, server.bean(MachineToken.class).text().reveal());
    properties.setProperty(
        DataFolder.MIGRATIONS,
        server.bean(ServerSettings.class).migrations().toAbsolutePath().toString());
    folder.write(properties);
    data = folder.path().toString();
  }

  /// Makes commands find a server.
  public static CommandServer of(TestServer server) {
    return new CommandServer(server);
  }

  /// The server that all tests of commands share; each test has organizations of its own.
  static synchronized CommandServer shared() {
    if (shared == null) {
      shared = of(AtExit.close(TestServer.start(Map.of())));
    }
    return shared;
  }

  /// Runs a command against this server.
  Console.Ended command(String... arguments) {
    return commandWithInput("", arguments);
  }

  /// The same with a standard input that says this and ends.
  Console.Ended commandWithInput(String input, String... arguments) {
    var all = Stream.concat(Stream.of(arguments), Stream.of("--data", data)).toArray(String[]::new);
    return Commands.run(input, all);
  }

  /// What a command that succeeds prints.
  public String run(String... arguments) {
    return runWithInput("", arguments);
  }

  /// The same with a standard input.
  String runWithInput(String input, String... arguments) {
    var ended = commandWithInput(input, arguments);
    assertThat(ended.code()).as(ended.errors()).isZero();
    assertThat(ended.errors()).isEmpty();
    return ended.output();
  }

  /// What a command that is refused says.
  String refusal(String... arguments) {
    return refusalWithInput("", arguments);
  }

  /// The same with a standard input.
  String refusalWithInput(String input, String... arguments) {
    var ended = commandWithInput(input, arguments);
    assertThat(ended.code()).as(ended.output()).isEqualTo(1);
    return ended.errors();
  }

  TestServer server() {
    return server;
  }

  /// The status of an answer of the Auth API to a client with the anon key.
  int auth(String path, String body) {
    return Http.post(
            server.url() + "/auth/v1" + path,
            body,
            "apikey",
            server.project().keys().anonKey().reveal(),
            "Content-Type",
            "application/json")
        .statusCode();
  }
}
