package io.stabbur.packaging;

import io.stabbur.platform.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;

/// A Dockerfile as its instructions, in order. Knows as much of the format as ours uses.
record Dockerfile(List<Instruction> instructions) {

  /// One instruction, such as `COPY` with `stabbur ./`.
  record Instruction(String word, String rest) {
    /// The arguments of the exec form, `["a", "b"]`.
    List<String> exec() {
      var arguments = new ArrayList<String>();
      for (var node : Json.parse(rest.substring(rest.indexOf('['))).values()) {
        arguments.add(node.getStringValue());
      }
      return arguments;
    }
  }

  static Dockerfile read(Path file) throws IOException {
    var instructions = new ArrayList<Instruction>();
    var text = Files.readString(file).replaceAll("(?m)^#.*\n", "").replaceAll("\\\\\n", "");
    for (var line : text.lines().filter(l -> !l.isBlank()).toList()) {
      var parts = line.strip().split("\\s+", 2);
      instructions.add(new Instruction(parts[0], parts[1].strip()));
    }
    return new Dockerfile(instructions);
  }

  /// The instructions of the last stage and of those that it is made from or copies of.
  List<Instruction> needed() {
    var stages = new LinkedHashMap<String, List<Instruction>>();
    List<Instruction> stage = new ArrayList<>();
    for (var instruction : instructions) {
      if (instruction.word().equals("FROM")) {
        var words = instruction.rest().split("\\s+", -1);
        stage = new ArrayList<>();
        stages.put(words.length == 3 ? words[2] : "", stage);
      }
      stage.add(instruction);
    }
    var needed = new ArrayList<Instruction>(stages.sequencedValues().getLast());
    var names = new ArrayList<>(stages.sequencedKeySet().reversed());
    for (var name : names) {
      boolean used =
          needed.stream()
              .anyMatch(
                  each ->
                      each.rest().startsWith("--from=" + name + " ")
                          || (each.word().equals("FROM")
                              && each.rest().split("\\s+", -1)[0].equals(name)));
      if (!name.isEmpty() && used) {
        needed.addAll(0, Objects.requireNonNull(stages.get(name)));
      }
    }
    return needed;
  }

  List<Instruction> all(String word) {
    return instructions.stream().filter(i -> i.word().equals(word)).toList();
  }

  /// The instruction that counts, where a later one of its kind replaces the earlier.
  Instruction last(String word) {
    return all(word).getLast();
  }
}
