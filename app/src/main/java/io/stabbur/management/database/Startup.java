package io.stabbur.management.database;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The first message of a client of Postgres: for whom it wants to log in, and with which settings.
///
/// @param code the version of the protocol, or what is asked for in its place
/// @param parameters such as `user` and `database`
record Startup(int code, Map<String, String> parameters) {
  static final int TLS = 80877103;
  static final int GSS = 80877104;
  private static final int CANCEL = 80877102;
  private static final int LARGEST = 10_000;
  private static final int HEAD = 8;

  /// Reads one message.
  ///
  /// @throws IOException where it is none
  static Startup read(DataInputStream in) throws IOException {
    int length = in.readInt();
    int code = in.readInt();
    if (length < HEAD || length > LARGEST) {
      throw noMessage();
    }
    var body = in.readNBytes(length - HEAD);
    if (body.length < length - HEAD) {
      throw noMessage();
    }
    return new Startup(code, isLogin(code) ? parameters(body) : Map.of());
  }

  private static boolean isLogin(int code) {
    return code != TLS && code != GSS && code != CANCEL;
  }

  boolean isLogin() {
    return isLogin(code);
  }

  /// Names and values, each before a zero byte, and one more zero byte at the end.
  private static Map<String, String> parameters(byte[] body) throws IOException {
    var texts = List.of(new String(body, StandardCharsets.UTF_8).split("\0", -1));
    var parameters = new LinkedHashMap<String, String>();
    int at = 0;
    for (; at + 2 < texts.size() && !texts.get(at).isEmpty(); at += 2) {
      parameters.put(texts.get(at), texts.get(at + 1));
    }
    if (!texts.subList(at, texts.size()).equals(List.of("", ""))) {
      throw noMessage();
    }
    return parameters;
  }

  private static IOException noMessage() {
    return new IOException("no message of Postgres' protocol");
  }

  String user() {
    return parameters.getOrDefault("user", "");
  }

  /// The same for another user of a named database.
  Startup as(String user, String database) {
    var changed = new LinkedHashMap<>(parameters);
    changed.put("user", user);
    changed.put("database", database);
    return new Startup(code, changed);
  }

  byte[] bytes() {
    var body = new ByteArrayOutputStream();
    parameters.forEach(
        (name, value) ->
            body.writeBytes((name + '\0' + value + '\0').getBytes(StandardCharsets.UTF_8)));
    body.write(0);
    var message = new ByteArrayOutputStream();
    var out = new DataOutputStream(message);
    try {
      out.writeInt(body.size() + HEAD);
      out.writeInt(code);
      out.write(body.toByteArray());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return message.toByteArray();
  }

  /// What a client is told that is refused: severity, SQLSTATE and a sentence.
  static byte[] refusal(String state, String message) {
    var fields =
        ("SFATAL\0VFATAL\0C" + state + "\0M" + message + "\0\0").getBytes(StandardCharsets.UTF_8);
    var bytes = new ByteArrayOutputStream();
    bytes.write('E');
    int length = fields.length + 4;
    for (int shift = 24; shift >= 0; shift -= 8) {
      bytes.write(length >> shift);
    }
    bytes.writeBytes(fields);
    return bytes.toByteArray();
  }
}
