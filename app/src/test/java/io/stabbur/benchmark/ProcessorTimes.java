package io.stabbur.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Processor time by what it was spent on, as Linux tells in `/proc` (in hundredths of a second):
/// groups of this JVM's threads, and programs among the processes below it.
record ProcessorTimes(Map<String, Long> millis) {
  private static final long MILLIS_PER_TICK = 10;
  private static final String PROCESS = "process ";

  /// What was used so far.
  static ProcessorTimes now() {
    var times = new TreeMap<String, Long>();
    try (var threads = Files.list(Path.of("/proc/self/task"))) {
      threads.forEach(thread -> add(times, thread, ""));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    ProcessHandle.current()
        .descendants()
        .forEach(process -> add(times, Path.of("/proc", Long.toString(process.pid())), PROCESS));
    return new ProcessorTimes(times);
  }

  /// What programs of this name used, in milliseconds.
  long ofProcesses(String name) {
    return millis.getOrDefault(PROCESS + name, 0L);
  }

  private static void add(Map<String, Long> times, Path folder, String kind) {
    try {
      var stat = Files.readString(folder.resolve("stat"));
      int end = stat.lastIndexOf(')');
      var name = stat.substring(stat.indexOf('(') + 1, end);
      var fields = stat.substring(end + 2).split(" ", -1);
      long ticks = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
      times.merge(kind.isEmpty() ? group(name) : kind + name, ticks * MILLIS_PER_TICK, Long::sum);
    } catch (IOException e) {
      // it has ended
    }
  }

  /// Linux keeps fifteen characters of a thread's name.
  private static String group(String thread) {
    return Stream.of("default-", "callers-", "VM Thread", "functions-watch", "C1 Comp", "C2 Comp")
        .filter(thread::startsWith)
        .findFirst()
        .orElse("other threads");
  }

  /// What was used since an earlier look, for each of so many calls, in microseconds.
  String since(ProcessorTimes before, long calls) {
    return millis.entrySet().stream()
        .map(
            each ->
                Map.entry(
                    each.getKey(),
                    (each.getValue() - before.millis.getOrDefault(each.getKey(), 0L))
                        * 1e3
                        / calls))
        .filter(each -> each.getValue() >= 0.5)
        .map(each -> String.format(Locale.ROOT, "%s %.0f", each.getKey(), each.getValue()))
        .collect(Collectors.joining(", "));
  }
}
