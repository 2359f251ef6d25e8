package io.stabbur;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.cli.Stabbur;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Model.CommandSpec;

/// The documentation as a whole: links lead somewhere, every page is reached from the README, and
/// the commands that pages show are those of the program.
class PagesTest {
  private static final Path ROOT = TestServer.repository();
  private static final Path DOCS = ROOT.resolve("app/docs");
  private static final Pattern LINK = Pattern.compile("]\\(([^)# ]*)(?:#([^)]*))?\\)");
  private static final Pattern HEADING = Pattern.compile("^#+ (.*)$", Pattern.MULTILINE);
  private static final Pattern MENTION = Pattern.compile("app/docs/[\\w/-]+\\.md");
  private static final Pattern COMMAND = Pattern.compile("(?:\\./|[`(|] ?)stabbur ([^`\\n|)]+)");
  private static final Pattern OPTION = Pattern.compile("(?<!\\S|\\[)--[a-z][a-z-]*");

  @Test
  void everyLinkLeadsSomewhere() throws IOException {
    var broken = new ArrayList<String>();
    for (var page : pages()) {
      var text = Files.readString(page);
      LINK.matcher(text)
          .results()
          .filter(link -> !link.group(1).contains(":"))
          .filter(link -> !leadsSomewhere(page, link.group(1), link.group(2)))
          .forEach(link -> broken.add(ROOT.relativize(page) + " " + link.group()));
      MENTION
          .matcher(text)
          .results()
          .filter(mention -> !Files.exists(ROOT.resolve(mention.group())))
          .forEach(mention -> broken.add(ROOT.relativize(page) + " " + mention.group()));
    }

    assertThat(broken).isEmpty();
  }

  @Test
  void everyPageIsReachedFromTheReadme() throws IOException {
    var reached = new TreeSet<Path>();
    var next = new ArrayDeque<>(Set.of(ROOT.resolve("README.md")));
    while (!next.isEmpty()) {
      var page = next.remove();
      if (reached.add(page)) {
        LINK.matcher(Files.readString(page))
            .results()
            .map(link -> page.resolveSibling(link.group(1)).normalize())
            .filter(target -> target.toString().endsWith(".md") && Files.exists(target))
            .forEach(next::add);
      }
    }
    var unreached = new TreeSet<>(pages());
    unreached.removeAll(reached);
    // each is linked from its alert, and listed with the rules
    unreached.removeIf(page -> page.startsWith(DOCS.resolve("runbooks")));

    assertThat(unreached).isEmpty();
  }

  @Test
  void commandsAreThoseOfTheProgram() throws IOException {
    var wrong = new ArrayList<String>();
    var program = Stabbur.commandLine().getCommandSpec();
    int seen = 0;
    for (var page : pages()) {
      if (page.endsWith("CHANGELOG.md")) {
        continue;
      }
      for (var shown : COMMAND.matcher(Files.readString(page)).results().toList()) {
        seen++;
        var words = List.of(shown.group(1).strip().split("\\s+", -1));
        var command = program;
        int at = 0;
        for (; at < words.size(); at++) {
          var next = command.subcommands().get(words.get(at));
          if (next == null) {
            break;
          }
          command = next.getCommandSpec();
        }
        if (at == 0 && !words.getFirst().matches("-.*|COMMAND")) {
          wrong.add(ROOT.relativize(page) + " " + shown.group());
        }
        for (var option : at == 0 ? List.<String>of() : unknown(command, shown.group(1))) {
          wrong.add(ROOT.relativize(page) + " " + shown.group() + ": no " + option);
        }
      }
    }

    assertThat(wrong).isEmpty();
    assertThat(seen).isGreaterThan(200);
  }

  private static List<String> unknown(CommandSpec command, String words) {
    var own = words.split(" #| -- ", 2)[0];
    return OPTION
        .matcher(own)
        .results()
        .map(option -> option.group())
        .filter(option -> command.findOption(option) == null)
        .toList();
  }

  private static boolean leadsSomewhere(Path page, String path, @Nullable String heading) {
    var target = path.isEmpty() ? page : page.resolveSibling(path).normalize();
    if (!Files.exists(target)) {
      return false;
    }
    return heading == null || headings(target).contains(heading);
  }

  private static Collection<String> headings(Path page) {
    try {
      return HEADING
          .matcher(Files.readString(page))
          .results()
          .map(heading -> heading.group(1).toLowerCase(Locale.ROOT))
          .map(heading -> heading.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Collection<Path> pages() throws IOException {
    try (var root = Files.list(ROOT);
        var docs = Files.walk(DOCS);
        var docker = Files.list(ROOT.resolve("docker"));
        var chart = Files.list(ROOT.resolve("helm/stabbur"));
        var schema = Files.list(ROOT.resolve("supabase"))) {
      return Stream.of(root, docs, docker, chart, schema)
          .flatMap(files -> files)
          .filter(file -> file.toString().endsWith(".md"))
          .toList();
    }
  }
}
