package io.stabbur.auth.mail;

import io.micronaut.context.annotation.Context;
import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.client.BoundedCalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// The words of each mail, in English and Norwegian or as the operator writes them. All of them are
/// read and checked when the server starts.
@Context
public final class Templates {
  static final Set<String> NAMES =
      Set.of(
          "SiteURL",
          "ConfirmationURL",
          "Email",
          "NewEmail",
          "SendingTo",
          "Token",
          "TokenHash",
          "Data",
          "RedirectTo",
          "OldEmail",
          "Phone",
          "OldPhone",
          "Provider",
          "FactorType");

  private static final List<String> LANGUAGES = List.of("en", "nb");
  private static final int MOST_BYTES = 1 << 20;
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private final Map<String, Words> words = new HashMap<>();
  private final MailSettings settings;

  /// A subject and a text of one mail in one language.
  private record Words(Template subject, Template body) {}

  /// A mail as it is sent.
  public record Rendered(String subject, String html) {}

  public Templates(MailSettings settings, List<TemplateSettings> own) {
    this.settings = settings;
    for (var kind : MailKind.values()) {
      for (var language : LANGUAGES) {
        words.put(key(kind, language), shipped(kind, language));
      }
    }
    // what is for one language comes after what is for all
    own.stream()
        .sorted(Comparator.comparingInt(given -> given.name().length()))
        .forEach(this::replace);
  }

  Rendered render(Letter letter) {
    var found = words.get(key(letter.kind(), language(letter.language())));
    if (found == null) {
      throw new IllegalStateException("no template " + letter.kind());
    }
    return new Rendered(
        found.subject.render(letter.values(), Template.Escape.NONE).replaceAll("[\\r\\n]+", " "),
        found.body.render(letter.values(), Template.Escape.HTML));
  }

  /// A language we have; Norwegian in any of its spellings is `nb`.
  private String language(String wanted) {
    var main = wanted.toLowerCase(Locale.ROOT).split("[-_]", 2)[0];
    var known = Set.of("no", "nn", "nb").contains(main) ? "nb" : main;
    return LANGUAGES.contains(known) ? known : settings.language();
  }

  private void replace(TemplateSettings given) {
    var named = LANGUAGES.stream().filter(l -> given.name().endsWith("-" + l)).toList();
    var name =
        named.isEmpty() ? given.name() : given.name().substring(0, given.name().length() - 3);
    var kind = MailKind.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
    for (var language : named.isEmpty() ? LANGUAGES : named) {
      var before = words.getOrDefault(key(kind, language), shipped(kind, "en"));
      var subject = given.subject() == null ? before.subject : parse(given, given.subject());
      words.put(key(kind, language), new Words(subject, body(given, before.body)));
    }
  }

  private static Template body(TemplateSettings given, Template before) {
    try {
      if (given.content() != null) {
        return parse(given, given.content());
      }
      if (given.file() != null) {
        return parse(given, Files.readString(given.file()));
      }
      return given.url() == null ? before : parse(given, fetch(given));
    } catch (IOException e) {
      throw new UncheckedIOException("The mail template " + given.name() + " cannot be read", e);
    }
  }

  static String fetch(TemplateSettings given) throws IOException {
    try (var client = HttpClient.newHttpClient()) {
      var request = HttpRequest.newBuilder(given.url()).build();
      var answer = BoundedCalls.send(client, request, MOST_BYTES, PATIENCE);
      if (answer.status() != 200 || answer.truncated()) {
        throw new IOException("status " + answer.status() + " or more than 1 MB");
      }
      return answer.body();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private static Template parse(TemplateSettings given, String text) {
    try {
      return Template.parse(text, NAMES);
    } catch (Template.BadTemplate e) {
      throw new IllegalArgumentException(
          "The mail template " + given.name() + " has a mistake: " + e.getMessage(), e);
    }
  }

  /// A shipped file's first line is the subject.
  private static Words shipped(MailKind kind, String language) {
    var name = kind.template() + "." + language + ".html";
    try (var in = Templates.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("no mail template " + name);
      }
      var text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      int end = text.indexOf('\n');
      return new Words(
          Template.parse(text.substring(0, end), NAMES),
          Template.parse(text.substring(end + 1), NAMES));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String key(MailKind kind, String language) {
    return kind + "/" + language;
  }

  /// The values of a template from its fields.
  static JsonNode values(Map<String, JsonNode> values) {
    return JsonNode.createObjectNode(values);
  }
}
