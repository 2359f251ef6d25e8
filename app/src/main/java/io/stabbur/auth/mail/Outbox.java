package io.stabbur.auth.mail;

import java.util.ArrayList;
import java.util.List;

/// What a transaction wants sent once it is committed: nobody gets a code that was never stored,
/// and no connection is held while a mail server thinks.
public final class Outbox {
  /// Whether it was asked already how long ago the same was sent.
  enum Permit {
    ASKED_BEFORE,
    TO_BE_ASKED
  }

  final Permit permit;
  final List<Letter> letters = new ArrayList<>();
  final List<TextMessage> texts = new ArrayList<>();
  final List<HandOver> handOvers = new ArrayList<>();

  Outbox(Permit permit) {
    this.permit = permit;
  }

  boolean isEmpty() {
    return letters.isEmpty() && texts.isEmpty() && handOvers.isEmpty();
  }
}
