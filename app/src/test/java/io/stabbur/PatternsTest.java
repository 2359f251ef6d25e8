package io.stabbur;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Repeated groups of regular expressions are possessive (`(?:a|b)*+`): for others Java calls
/// itself once for each repetition, and a text of two thousand characters ends in a
/// StackOverflowError.
class PatternsTest {
  private static final Path MAIN = TestServer.repository().resolve("app/src/main/java");

  /// Methods whose first argument is a regular expression.
  private static final Set<String> METHODS =
      Set.of("compile", "matches", "replaceAll", "replaceFirst", "split");

  @Test
  void repeatedGroupsArePossessive() throws IOException {
    var found = new ArrayList<String>();
    try (var files = Files.walk(MAIN)) {
      var sources = files.filter(file -> file.toString().endsWith(".java")).toList();
      var compiler = ToolProvider.getSystemJavaCompiler();
      try (var manager = compiler.getStandardFileManager(null, null, null)) {
        var units = manager.getJavaFileObjectsFromPaths(sources);
        var task =
            (JavacTask) compiler.getTask(null, manager, null, List.of("-proc:none"), null, units);
        for (var unit : task.parse()) {
          var name = MAIN.relativize(Path.of(unit.getSourceFile().toUri())).toString();
          var _ = unit.accept(new Patterns(name, found), null);
        }
      }
    }
    assertThat(found).isEmpty();
  }

  @Test
  void theRuleKnowsAGroupFromAClass() {
    assertThat(repeatsGreedily("(?:a|b)*")).isTrue();
    assertThat(repeatsGreedily("(a)+?x")).isTrue();
    assertThat(repeatsGreedily("((?:a|b)++)+")).isTrue();
    assertThat(repeatsGreedily("(?:a|b)*+")).isFalse();
    assertThat(repeatsGreedily("(a|b)?[()*]*\\)*")).isFalse();
    assertThat(repeatsGreedily("[^)]*(?:a[)*]|b)++")).isFalse();
    assertThat(repeatsGreedily("(?:a){1,3}")).isFalse();
  }

  private static final class Patterns extends TreeScanner<@Nullable Void, @Nullable Void> {
    private final String file;
    private final List<String> found;

    Patterns(String file, List<String> found) {
      this.file = file;
      this.found = found;
    }

    @Override
    public @Nullable Void visitMethodInvocation(MethodInvocationTree call, @Nullable Void nothing) {
      if (call.getMethodSelect() instanceof MemberSelectTree method
          && METHODS.contains(method.getIdentifier().toString())
          && !call.getArguments().isEmpty()) {
        var pattern = text(call.getArguments().getFirst());
        if (repeatsGreedily(pattern)) {
          found.add(file + ": " + pattern);
        }
      }
      return super.visitMethodInvocation(call, null);
    }

    /// The text of a constant; names of other constants, which are patterns of their own, are as if
    /// they were not there.
    private static String text(ExpressionTree expression) {
      return switch (expression) {
        case LiteralTree literal -> String.valueOf(literal.getValue());
        case ParenthesizedTree inner -> text(inner.getExpression());
        case BinaryTree both -> text(both.getLeftOperand()) + text(both.getRightOperand());
        default -> "";
      };
    }
  }

  private static boolean repeatsGreedily(String pattern) {
    var open = new ArrayDeque<Integer>();
    int classes = 0;
    for (int i = 0; i < pattern.length(); i++) {
      switch (pattern.charAt(i)) {
        case '\\' -> i++;
        case '[' -> classes++;
        case ']' -> classes = Math.max(0, classes - 1);
        case '(' -> {
          if (classes == 0) {
            open.push(i);
          }
        }
        case ')' -> {
          if (classes == 0 && open.poll() != null && isGreedy(pattern, i + 1)) {
            return true;
          }
        }
        default -> {
          // stands for itself
        }
      }
    }
    return false;
  }

  private static boolean isGreedy(String pattern, int at) {
    boolean repeats = pattern.startsWith("*", at) || pattern.startsWith("+", at);
    return repeats && !pattern.startsWith("+", at + 1);
  }
}
