package io.stabbur.testing;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A real browser without a window, driven by its DevTools protocol: `chromium` on the path, or
/// what the environment variable `CHROMIUM` names.
public final class Chromium implements AutoCloseable {
  private final Process process;
  private final BlockingQueue<JsonNode> messages = new LinkedBlockingQueue<>();
  private final WebSocket page;
  private final List<String> errors = new ArrayList<>();
  private int sent;

  private Chromium(Process process, int port) throws InterruptedException {
    this.process = process;
    var targets = Http.get("http://127.0.0.1:" + port + "/json/list").body();
    URI address = null;
    for (var target : Json.parse(targets).values()) {
      if (text(target, "type").equals("page")) {
        address = URI.create(text(target, "webSocketDebuggerUrl"));
      }
    }
    if (address == null) {
      throw new AssertionError("the browser has no page");
    }
    page =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(address, new Listener(messages))
            .join();
    var _ = call("Page.enable", "{}");
    var _ = call("Log.enable", "{}");
    var _ = call("Runtime.enable", "{}");
  }

  public static Chromium start() {
    var named = System.getenv("CHROMIUM");
    try {
      var profile = Files.createTempDirectory("chromium");
      var log = profile.resolve("log");
      var process =
          new ProcessBuilder(
                  List.of(
                      named == null ? "chromium" : named,
                      "--headless=new",
                      "--no-sandbox",
                      "--disable-gpu",
                      "--no-first-run",
                      "--hide-scrollbars",
                      "--remote-debugging-port=0",
                      "--user-data-dir=" + profile,
                      "about:blank"))
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      return new Chromium(process, port(log));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Goes to an address, as somebody does who follows a link of a mail.
  public void open(String address) {
    call("Page.navigate", "{\"url\":\"" + address + "\"}");
  }

  /// Makes the page so wide, as on a phone.
  public void narrow(int width) {
    var _ =
        call(
            "Emulation.setDeviceMetricsOverride",
            "{\"width\":%d,\"height\":800,\"deviceScaleFactor\":1,\"mobile\":true}"
                .formatted(width));
  }

  /// Shows pages as a device does that has it dark, and without motion.
  public void darken() {
    shine("dark");
  }

  /// Shows pages as a device does that has it light, and without motion.
  public void lighten() {
    shine("light");
  }

  private void shine(String scheme) {
    var _ =
        call(
            "Emulation.setEmulatedMedia",
            "{\"features\":[{\"name\":\"prefers-color-scheme\",\"value\":\"%s\"},".formatted(scheme)
                + "{\"name\":\"prefers-reduced-motion\",\"value\":\"reduce\"}]}");
  }

  /// Enlarges pages four times in a window that is 1280 pixels wide.
  public void enlarge() {
    var _ =
        call(
            "Emulation.setDeviceMetricsOverride",
            "{\"width\":320,\"height\":225,\"deviceScaleFactor\":4,\"mobile\":false}");
  }

  /// Runs no scripts of pages from the next one on.
  public void withoutScripts() {
    var _ = call("Emulation.setScriptExecutionDisabled", "{\"value\":true}");
  }

  /// What the browser's console said of errors since the last time.
  public List<String> errors() {
    var _ = evaluate("1");
    var found = List.copyOf(errors);
    errors.clear();
    return found;
  }

  /// Writes where the focus is, as somebody does with a keyboard.
  public void type(String text) {
    var _ =
        call(
            "Input.insertText",
            Json.write(JsonNode.createObjectNode(Map.of("text", JsonNode.createStringNode(text)))));
  }

  /// Presses Enter where the focus is.
  public void enter() {
    key("\"key\":\"Enter\",\"code\":\"Enter\",\"windowsVirtualKeyCode\":13,\"text\":\"\\r\"");
  }

  /// Presses the arrow down where the focus is.
  public void down() {
    key("\"key\":\"ArrowDown\",\"code\":\"ArrowDown\",\"windowsVirtualKeyCode\":40");
  }

  /// Presses Home where the focus is.
  public void home() {
    key("\"key\":\"Home\",\"code\":\"Home\",\"windowsVirtualKeyCode\":36");
  }

  private void key(String described) {
    for (var type : List.of("keyDown", "keyUp")) {
      var _ = call("Input.dispatchKeyEvent", "{\"type\":\"%s\",%s}".formatted(type, described));
    }
  }

  /// Makes the window so wide, as on a desk.
  public void widen(int width) {
    var _ =
        call(
            "Emulation.setDeviceMetricsOverride",
            "{\"width\":%d,\"height\":900,\"deviceScaleFactor\":1,\"mobile\":false}"
                .formatted(width));
  }

  /// Presses the tabulator, as somebody does who has no mouse.
  public void tabulate() {
    key("\"key\":\"Tab\",\"code\":\"Tab\",\"windowsVirtualKeyCode\":9");
  }

  /// A picture of the whole page, as PNG.
  public byte[] picture() {
    var answer =
        call("Page.captureScreenshot", "{\"format\":\"png\",\"captureBeyondViewport\":true}");
    return Base64.getDecoder().decode(text(Objects.requireNonNull(answer.get("result")), "data"));
  }

  /// Runs a script of any length in the page, whatever the page's own policy says, and waits for
  /// its promise; the value as text.
  public String run(String script) {
    var parameters =
        Json.write(
            JsonNode.createObjectNode(
                Map.of(
                    "expression",
                    JsonNode.createStringNode(script),
                    "awaitPromise",
                    JsonNode.createBooleanNode(true),
                    "returnByValue",
                    JsonNode.createBooleanNode(true))));
    var result = call("Runtime.evaluate", parameters).get("result");
    if (result == null || result.get("exceptionDetails") != null) {
      throw new AssertionError("the script failed: " + result);
    }
    return text(Objects.requireNonNull(result.get("result")), "value");
  }

  /// Gives the browser an authenticator of its own, which says yes without anybody touching it.
  public void addAuthenticator() {
    var _ = call("WebAuthn.enable", "{}");
    var _ =
        call(
            "WebAuthn.addVirtualAuthenticator",
            "{\"options\":{\"protocol\":\"ctap2\",\"transport\":\"internal\",\"hasResidentKey\":true,"
                + "\"hasUserVerification\":true,\"isUserVerified\":true,"
                + "\"automaticPresenceSimulation\":true}}");
  }

  /// Presses the first element that fits, as a person does.
  public void press(String selector) {
    var _ = evaluate("document.querySelector('" + selector + "').click()");
  }

  /// The value of an expression as text.
  public String evaluate(String expression) {
    var result =
        call(
            "Runtime.evaluate",
            "{\"expression\":\"String(%s)\",\"userGesture\":true}"
                .formatted(expression.replace("\"", "\\\"")));
    var value = result.get("result");
    var inner = value == null ? null : value.get("result");
    return inner == null ? "" : text(inner, "value");
  }

  /// Waits until the page's address begins like this; returns it whole.
  public String awaitAddress(String beginning) {
    var limit = Instant.now().plusSeconds(20);
    var address = evaluate("location.href");
    while (!address.startsWith(beginning) || !evaluate("document.readyState").equals("complete")) {
      if (Instant.now().isAfter(limit)) {
        throw new AssertionError("still at " + address);
      }
      pause();
      address = evaluate("location.href");
    }
    return address;
  }

  @Override
  public void close() {
    page.abort();
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  private JsonNode call(String method, String parameters) {
    int id = ++sent;
    page.sendText(
            "{\"id\":%d,\"method\":\"%s\",\"params\":%s}".formatted(id, method, parameters), true)
        .join();
    try {
      while (true) {
        var message = messages.poll(20, TimeUnit.SECONDS);
        if (message == null) {
          throw new AssertionError("the browser does not answer to " + method);
        }
        var answered = message.get("id");
        if (answered != null && answered.getIntValue() == id) {
          return message;
        }
        note(message);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void note(JsonNode message) {
    var told = message.get("params");
    switch (text(message, "method")) {
      case "Log.entryAdded" -> {
        var entry = told == null ? null : told.get("entry");
        if (entry != null && text(entry, "level").equals("error")) {
          errors.add(text(entry, "text") + " " + text(entry, "url"));
        }
      }
      case "Runtime.exceptionThrown" -> errors.add(String.valueOf(told));
      default -> {}
    }
  }

  private static int port(Path log) throws IOException {
    var limit = Instant.now().plus(Duration.ofSeconds(30));
    while (Instant.now().isBefore(limit)) {
      for (var line : Files.readAllLines(log, StandardCharsets.UTF_8)) {
        if (line.contains("DevTools listening on ws://")) {
          return URI.create(line.substring(line.indexOf("ws://"))).getPort();
        }
      }
      pause();
    }
    throw new AssertionError("the browser does not start: " + Files.readString(log));
  }

  private static void pause() {
    try {
      Thread.sleep(50);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String text(JsonNode json, String name) {
    var value = json.get(name);
    return value == null || value.isNull() ? "" : value.coerceStringValue();
  }

  /// Puts whole messages together.
  private static final class Listener implements WebSocket.Listener {
    private final BlockingQueue<JsonNode> messages;
    private final StringBuilder text = new StringBuilder();

    Listener(BlockingQueue<JsonNode> messages) {
      this.messages = messages;
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        messages.add(Json.parse(text.toString()));
        text.setLength(0);
      }
      socket.request(1);
      return null;
    }
  }
}
