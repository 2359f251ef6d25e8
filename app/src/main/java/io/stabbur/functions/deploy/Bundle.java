package io.stabbur.functions.deploy;

import io.stabbur.functions.error.FunctionError;
import io.stabbur.platform.error.ApiException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What is to be deployed: files by their path below one root.
///
/// A client names files relative to its own folder, also above it (`../../common/x.ts`). All of
/// them get one root: the client's folder lies as deep below it as the highest name climbs.
///
/// @param files bytes by path, without `.` and `..`
/// @param entrypoint path of the module that is started
/// @param importMap path of a `deno.json` or an import map
public record Bundle(Map<String, byte[]> files, String entrypoint, @Nullable String importMap) {
  private static final int MOST_FILES = 2_000;
  private static final int HIGHEST_CLIMB = 10;
  private static final int LONGEST_PATH = 512;
  private static final Pattern GLOB = Pattern.compile("[*?{\\[]");

  /// Puts files as a client names them under one root.
  ///
  /// @param staticPatterns files that the client says it uploaded beside the code; with wildcards,
  ///   any number
  /// @throws ApiException with [FunctionError.Rejected] naming the first file that cannot be placed
  ///   or is missing
  public static Bundle of(
      Map<String, byte[]> named,
      String entrypoint,
      @Nullable String importMap,
      List<String> staticPatterns) {
    if (named.isEmpty() || named.size() > MOST_FILES) {
      throw rejected("A deployment has between 1 and " + MOST_FILES + " files");
    }
    int climb = highestClimb(named.keySet(), entrypoint, importMap);
    var files = new LinkedHashMap<String, byte[]>();
    named.forEach(
        (name, bytes) -> {
          var path = placed(name, climb);
          UploadRules.requireNoSecrets(path, bytes);
          files.put(path, bytes);
        });
    requireFile(files, entrypoint, climb);
    if (importMap != null) {
      requireFile(files, importMap, climb);
    }
    staticPatterns.stream()
        .filter(pattern -> !GLOB.matcher(pattern).find())
        .forEach(file -> requireFile(files, file, climb));
    return new Bundle(
        files, placed(entrypoint, climb), importMap == null ? null : placed(importMap, climb));
  }

  private static int highestClimb(
      Set<String> named, String entrypoint, @Nullable String importMap) {
    var names = new ArrayList<>(named);
    names.add(entrypoint);
    if (importMap != null) {
      names.add(importMap);
    }
    return names.stream().mapToInt(Bundle::climb).max().orElse(0);
  }

  private static void requireFile(Map<String, byte[]> files, String name, int climb) {
    if (!files.containsKey(placed(name, climb))) {
      throw rejected("The file " + name + " was not uploaded");
    }
  }

  /// How far a name climbs above the folder it begins in.
  private static int climb(String name) {
    int depth = 0;
    int lowest = 0;
    for (var segment : segments(name)) {
      depth += segment.equals("..") ? -1 : 1;
      lowest = Math.min(lowest, depth);
    }
    if (-lowest > HIGHEST_CLIMB) {
      throw rejected("The file name " + printable(name) + " leads out of the deployment");
    }
    return -lowest;
  }

  private static String placed(String name, int climb) {
    var path = new ArrayList<String>();
    for (int up = climb; up > 0; up--) {
      path.add("up" + up);
    }
    for (var segment : segments(name)) {
      if (!segment.equals("..")) {
        path.add(segment);
      } else if (!path.isEmpty()) {
        path.removeLast();
      }
    }
    if (path.isEmpty()) {
      throw rejected("The file name " + printable(name) + " names no file");
    }
    return String.join("/", path);
  }

  private static List<String> segments(String name) {
    boolean plain = name.chars().noneMatch(c -> c < ' ' || c == 0x7f || c == '\\');
    if (name.isEmpty() || name.startsWith("/") || !plain || name.length() > LONGEST_PATH) {
      throw rejected("The file name " + printable(name) + " is not a relative path");
    }
    return List.of(name.split("/", -1)).stream()
        .filter(segment -> !segment.isEmpty() && !segment.equals("."))
        .toList();
  }

  private static String printable(String name) {
    var shown = name.replaceAll("[\\x00-\\x1f\\x7f]", "?");
    return shown.length() > 100 ? shown.substring(0, 100) + "…" : shown;
  }

  private static ApiException rejected(String reason) {
    return new ApiException(new FunctionError.Rejected(reason));
  }
}
