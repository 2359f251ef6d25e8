package io.stabbur.functions.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What a process writes becomes events.
class OutputReaderTest {
  private static List<String> read(String output) {
    var events = new ArrayList<String>();
    try {
      new OutputReader(
              new OutputReader.Listener() {
                @Override
                public void ready() {
                  events.add("ready");
                }

                @Override
                public void loaded() {
                  events.add("loaded");
                }

                @Override
                public void event(String level, @Nullable String execution, String text) {
                  events.add(level + " " + execution + " " + text);
                }
              })
          .read(new ByteArrayInputStream(output.getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return events;
  }

  @Test
  void marksMakeOneEventOfManyLines() {
    assertThat(read("\u001eR\n\u001eL\n\u001eSwarn abc\none\ntwo\n\u001eE\nraw\n"))
        .containsExactly("ready", "loaded", "warning abc one\ntwo", "error null raw");
  }

  @Test
  void textWithoutAnEndOfLineBeforeAMarkIsNotLost() {
    assertThat(read("half\u001eSlog -\nx\n\u001eE\n"))
        .containsExactly("error null half", "info null x");
  }

  @Test
  void whatAProcessThatDiesHasBegunIsKept() {
    assertThat(read("\u001eSlog -\nlast words")).containsExactly("info null last words");
    assertThat(read("uncaught")).containsExactly("error null uncaught");
  }

  @Test
  void longEventsAreCut() {
    var long20k = "x".repeat(20_000);
    assertThat(read(long20k)).singleElement().satisfies(e -> assertThat(e).hasSize(10_011));
    assertThat(read("\u001eSlog -\n" + (long20k + "\n").repeat(3) + "\u001eE\n"))
        .singleElement()
        .satisfies(e -> assertThat(e.length()).isLessThan(10_100));
  }

  @Test
  void eventsAreCutByBytesAndNeverInsideACharacter() {
    for (var character : new String[] {"å", "€", "😀"}) {
      var text = "x" + character.repeat(20_000);
      for (var output :
          new String[] {text, "\u001eSlog -\n" + (text + "\n").repeat(3) + "\u001eE\n"}) {
        assertThat(read(output))
            .singleElement()
            .satisfies(
                event -> {
                  assertThat(event.getBytes(StandardCharsets.UTF_8).length).isLessThan(10_100);
                  assertThat(event).doesNotContain("\ufffd").endsWith(character);
                });
      }
    }
  }
}
