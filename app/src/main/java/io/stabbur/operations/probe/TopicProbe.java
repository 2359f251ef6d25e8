package io.stabbur.operations.probe;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.operations.advisor.Policy;
import io.stabbur.operations.advisor.Policy.Command;
import io.stabbur.operations.probe.Matrix.Reach;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// Asks the policies on `realtime.messages` whether a caller may hear and speak in private topics
/// of the other member, as Realtime does when somebody joins.
final class TopicProbe {
  private static final Pattern WORD = Pattern.compile("'([A-Za-z_]{2,24}[:/.-])");
  private static final List<String> USUAL =
      List.of("", "org:", "organization:", "tenant:", "team:", "room:", "user:");

  private final Member other;
  private final Reasons reasons;
  private final Set<String> prefixes = new LinkedHashSet<>(USUAL);
  private final boolean hasRls;

  /// @param hasRls whether policies on messages are asked at all
  TopicProbe(Member other, Reasons reasons, List<Policy> policies, boolean hasRls) {
    this.other = other;
    this.reasons = reasons;
    this.hasRls = hasRls;
    policies.stream()
        .filter(policy -> policy.schema().equals("realtime"))
        .forEach(
            policy ->
                WORD.matcher(policy.using().orElse("") + policy.check().orElse(""))
                    .results()
                    .forEach(word -> prefixes.add(word.group(1))));
  }

  Reach run(Member caller) {
    if (!hasRls) {
      return new Reach(
          List.of(Deed.HEARS, Deed.SPEAKS), "row-level security of realtime.messages is off");
    }
    var deeds = EnumSet.noneOf(Deed.class);
    var why = new LinkedHashSet<String>();
    for (var topic : topics()) {
      var hearing = holding(caller, Command.SELECT, topic);
      var speaking = holding(caller, Command.INSERT, topic);
      if (!hearing.isEmpty()) {
        deeds.add(Deed.HEARS);
        why.add(Reasons.words(hearing) + " for " + shortened(topic));
      }
      if (!speaking.isEmpty()) {
        deeds.add(Deed.SPEAKS);
        why.add(Reasons.words(speaking) + " for " + shortened(topic));
      }
    }
    return new Reach(
        List.copyOf(deeds),
        deeds.isEmpty()
            ? "no policy holds"
            : String.join("; ", why.stream().limit(2).toList()) + (why.size() > 2 ? "; …" : ""));
  }

  private String shortened(String topic) {
    return topic
        .replace(other.organization().isEmpty() ? "-" : other.organization(), "ORGANIZATION")
        .replace(other.person(), "PERSON");
  }

  private List<String> holding(Member caller, Command command, String topic) {
    for (var extension : List.of("broadcast", "presence")) {
      var message = new LinkedHashMap<String, JsonNode>(Map.of());
      message.put("topic", JsonNode.createStringNode(topic));
      message.put("extension", JsonNode.createStringNode(extension));
      message.put("private", JsonNode.createBooleanNode(true));
      var holding = reasons.holding(caller, command, topic, JsonNode.createObjectNode(message));
      if (!holding.isEmpty()) {
        return holding;
      }
    }
    return List.of();
  }

  private Set<String> topics() {
    var topics = new LinkedHashSet<String>();
    for (var id : List.of(other.organization(), other.person())) {
      if (!id.isEmpty()) {
        for (var prefix : prefixes) {
          topics.add(prefix + id);
          topics.add(prefix + id + ":probe");
        }
      }
    }
    return topics;
  }
}
