package io.stabbur.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.Await;
import io.stabbur.testing.Chromium;
import java.time.Duration;

/// Somebody who uses pages by keyboard alone, and sees where the focus is. Selectors have no
/// apostrophes.
record Keyboard(Chromium chromium) {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int MOST_STOPS = 400;

  /// Presses the tabulator until what a selector names has the focus.
  void to(String selector) {
    for (int i = 0; i < MOST_STOPS; i++) {
      if (has(selector)) {
        requireSeen(selector);
        return;
      }
      chromium.tabulate();
    }
    throw new AssertionError("the tabulator does not get to " + selector + " of " + text());
  }

  private boolean has(String selector) {
    return chromium.evaluate("document.activeElement.matches('" + selector + "')").equals("true");
  }

  private void requireSeen(String selector) {
    assertThat(chromium.evaluate("getComputedStyle(document.activeElement).outlineStyle"))
        .as("the mark of the focus on " + selector)
        .isNotEqualTo("none");
    assertThat(
            chromium.evaluate(
                "document.activeElement.getBoundingClientRect().bottom > 0"
                    + " && document.activeElement.getBoundingClientRect().top < innerHeight"))
        .as(selector + " is in sight")
        .isEqualTo("true");
  }

  /// Writes into a field.
  void write(String selector, String text) {
    to(selector);
    chromium.type(text);
    assertThat(chromium.evaluate("document.activeElement.value")).as(selector).isEqualTo(text);
  }

  /// Chooses what begins with a text from a list.
  void choose(String selector, String text) {
    to(selector);
    chromium.home();
    int left = MOST_STOPS;
    while (!chromium
        .evaluate("document.activeElement.selectedOptions[0].textContent.trim()")
        .startsWith(text)) {
      assertThat(left--).as(text + " in " + selector).isPositive();
      chromium.down();
    }
  }

  /// Opens or does what has the focus after the tabulator, and waits for the page that comes.
  void press(String selector) {
    to(selector);
    enter();
  }

  /// Presses Enter, and waits for the page that comes.
  void enter() {
    var _ = chromium.evaluate("window.stays = true");
    chromium.enter();
    Await.until(
        "another page than " + chromium.evaluate("location.href"),
        LIMIT,
        () ->
            chromium.evaluate("window.stays").equals("undefined")
                && chromium.evaluate("document.readyState").equals("complete"));
  }

  /// Opens what is folded up.
  void unfold(String selector) {
    to(selector);
    chromium.enter();
    assertThat(chromium.evaluate("document.activeElement.parentElement.open"))
        .as(selector)
        .isEqualTo("true");
  }

  /// What the page says.
  String text() {
    return chromium.evaluate("document.querySelector('main').innerText");
  }
}
