package io.stabbur;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The sizes of files and methods, by room, written to `target/sizes.txt`. Lines are those of the
/// files, with comments and empty lines; a method begins at its annotations and ends at its brace.
class SizesTest {
  private static final int MOST_LINES_OF_A_METHOD = 30;
  private static final Path SOURCES = TestServer.repository().resolve("app/src");
  private static final Path MAIN = SOURCES.resolve("main/java");
  private static final Path TESTS = SOURCES.resolve("test");

  private record Source(Path file, String room, int lines) {}

  private record Method(String place, int lines) {}

  @Test
  void methodsAreShort() throws IOException {
    var sources = sources(MAIN, ".java");
    var methods = methods(sources.stream().map(Source::file).toList());
    var tests = new ArrayList<>(sources(TESTS.resolve("java"), ".java"));
    tests.addAll(sources(TESTS.resolve("kotlin"), ".kt"));

    Files.writeString(Path.of("target", "sizes.txt"), text(sources, tests, methods));

    assertThat(at(methods.stream().map(Method::lines).toList(), 99))
        .as("lines of the longest method but one in a hundred")
        .isLessThanOrEqualTo(MOST_LINES_OF_A_METHOD);
  }

  private static String text(List<Source> sources, List<Source> tests, List<Method> methods) {
    var text = new StringBuilder("room            files   lines   lines of tests\n");
    var own = new TreeMap<String, Integer>();
    sources.forEach(source -> own.merge(source.room(), source.lines(), Integer::sum));
    var rooms = new TreeSet<>(own.keySet());
    tests.forEach(test -> rooms.add(test.room()));
    for (var room : rooms) {
      long files = sources.stream().filter(source -> source.room().equals(room)).count();
      text.append(
          "%-15s %5d %7d %7d%n"
              .formatted(room, files, own.getOrDefault(room, 0), lines(tests, room)));
    }
    int main = own.values().stream().mapToInt(Integer::intValue).sum();
    int tested = tests.stream().mapToInt(Source::lines).sum();
    text.append(
        "all             %5d %7d %7d (%.2f lines of tests to one)%n"
            .formatted(sources.size(), main, tested, (double) tested / main));
    text.append(spread("lines of a file", sources.stream().map(Source::lines).toList()));
    text.append("methods: %d%n".formatted(methods.size()));
    text.append(spread("lines of a method", methods.stream().map(Method::lines).toList()));
    methods.stream()
        .sorted(Comparator.comparingInt(Method::lines).reversed())
        .filter(method -> method.lines() > MOST_LINES_OF_A_METHOD)
        .forEach(method -> text.append("%5d %s%n".formatted(method.lines(), method.place())));
    return text.toString();
  }

  private static int lines(List<Source> sources, String room) {
    return sources.stream()
        .filter(source -> source.room().equals(room))
        .mapToInt(Source::lines)
        .sum();
  }

  private static String spread(String what, List<Integer> sizes) {
    return "%s: median %d, p90 %d, p99 %d, longest %d%n"
        .formatted(what, at(sizes, 50), at(sizes, 90), at(sizes, 99), at(sizes, 100));
  }

  /// A percentile.
  private static int at(List<Integer> sizes, int percent) {
    var sorted = sizes.stream().sorted().toList();
    return sorted.get(Math.max(0, (sorted.size() * percent + 99) / 100 - 1));
  }

  private static List<Source> sources(Path folder, String ending) throws IOException {
    try (var files = Files.walk(folder)) {
      return files
          .filter(file -> file.toString().endsWith(ending))
          .sorted()
          .map(file -> new Source(file, room(folder.relativize(file)), lines(file)))
          .toList();
    }
  }

  private static String room(Path file) {
    return file.getNameCount() > 3 ? file.getName(2).toString() : "(top)";
  }

  private static int lines(Path file) {
    try (var lines = Files.lines(file)) {
      return (int) lines.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Method> methods(List<Path> files) throws IOException {
    var compiler = ToolProvider.getSystemJavaCompiler();
    try (var manager = compiler.getStandardFileManager(null, null, null)) {
      var task =
          (JavacTask)
              compiler.getTask(
                  null,
                  manager,
                  null,
                  List.of("-proc:none"),
                  null,
                  manager.getJavaFileObjectsFromPaths(files));
      var found = new ArrayList<Method>();
      var trees = Trees.instance(task);
      for (var unit : task.parse()) {
        var _ = unit.accept(new Methods(trees, unit, found), null);
      }
      return found;
    }
  }

  /// Collects the methods and constructors of a file that have a body.
  private static final class Methods extends TreeScanner<@Nullable Void, @Nullable Void> {
    private final Trees trees;
    private final CompilationUnitTree unit;
    private final List<Method> found;

    Methods(Trees trees, CompilationUnitTree unit, List<Method> found) {
      this.trees = trees;
      this.unit = unit;
      this.found = found;
    }

    @Override
    public @Nullable Void visitMethod(MethodTree method, @Nullable Void nothing) {
      if (method.getBody() != null) {
        int first = line(trees.getSourcePositions().getStartPosition(unit, method));
        int last = line(trees.getSourcePositions().getEndPosition(unit, method));
        var place = "%s:%d %s".formatted(fileName(), first, method.getName());
        found.add(new Method(place, last - first + 1));
      }
      return super.visitMethod(method, null);
    }

    private int line(long position) {
      return (int) unit.getLineMap().getLineNumber(position);
    }

    private String fileName() {
      return MAIN.relativize(Path.of(unit.getSourceFile().toUri())).toString();
    }
  }
}
