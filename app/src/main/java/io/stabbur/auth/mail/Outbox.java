package io.stabbur.auth.mail;

import java.util.ArrayList;
import java.util.List;

/// What a transaction wants sent once it is committed: nobody gets a code that was never stored,
/// and no connection is held while a mail server thinks.
public final class Outbox {
  final List<Letter> letters = new ArrayList<>();
  final List<TextMessage> texts = new ArrayList<>();
}
