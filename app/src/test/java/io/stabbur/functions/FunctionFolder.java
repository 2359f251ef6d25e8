package io.stabbur.functions;

import io.stabbur.testing.Node;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// A folder `supabase/functions` of a test, and servers that serve it.
final class FunctionFolder {
  private final Path folder;

  private FunctionFolder(Path folder) {
    this.folder = folder;
  }

  static FunctionFolder create() {
    return new FunctionFolder(TestServer.newFolder().resolve("supabase/functions"));
  }

  /// A folder with the functions of `src/test/functions`.
  static FunctionFolder ofTests() {
    return new FunctionFolder(TestServer.repository().resolve("app/src/test/functions/functions"));
  }

  Path path() {
    return folder;
  }

  FunctionFolder function(String name, String code) {
    return file(name + "/index.ts", code);
  }

  /// Writes a file; `../config.toml` is the configuration.
  FunctionFolder file(String name, String text) {
    var file = folder.resolve(name).normalize();
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  TestServer serve() {
    return serve(Map.of());
  }

  TestServer serve(Map<String, Object> settings) {
    var all = new HashMap<String, Object>();
    all.put("stabbur.functions.deno", Node.deno().toString());
    all.put("stabbur.functions.folder", folder.toString());
    all.putAll(settings);
    return TestServer.start(all);
  }
}
